/// Can this machine bring up a tunnel at all?
extension Finding {
    static func rights(_ machine: MachineFacts) -> Finding {
        let (id, name) = ("rights", "Rights")
        if machine.mayChangeNetwork { return .ok(id, name, "This user may change the network.") }
        if machine.isRoot {
            return .failed(
                id,
                name,
                "You are root, but may not change the network: this is a container without CAP_NET_ADMIN.",
                remedy: "Start the container with --cap-add NET_ADMIN --device /dev/net/tun."
            )
        }
        guard machine.programs.contains(.sudo) else {
            return .failed(
                id,
                name,
                "You are not root, and sudo is not installed.",
                remedy: "Install sudo, or bring the tunnel up as root with the file of timus-connect connect --config."
            )
        }
        guard !machine.isHeldDown else {
            return .failed(
                id,
                name,
                "sudo cannot work here: this process may not gain rights (no_new_privs).",
                remedy: "Run timus-connect outside the sandbox or container that forbids it."
            )
        }
        return .ok(id, name, "You are not root; connect asks through sudo.")
    }

    static func wireGuard(_ machine: MachineFacts) -> Finding {
        let (id, name) = ("wireguard", "WireGuard")
        if machine.hasKernelWireGuard { return .ok(id, name, "The kernel has WireGuard.") }
        if machine.programs.contains(.wireguardGo) {
            return .ok(id, name, "The kernel has no WireGuard; wireguard-go is installed and takes its place.")
        }
        return .failed(
            id,
            name,
            "Neither the kernel's WireGuard nor wireguard-go is there.",
            remedy: "Install it: sudo apt install wireguard-go, or a kernel from 5.6 on."
        )
    }

    /// Only wireguard-go needs it.
    static func tun(_ machine: MachineFacts) -> Finding {
        let (id, name) = ("tun", "TUN device")
        if machine.hasTUN { return .ok(id, name, "/dev/net/tun is there.") }
        if machine.hasKernelWireGuard {
            return .ok(id, name, "/dev/net/tun is missing, and the kernel's WireGuard does without it.")
        }
        return .failed(
            id,
            name,
            "/dev/net/tun is missing, and wireguard-go needs it.",
            remedy: "Load it: sudo modprobe tun. In a container: --device /dev/net/tun."
        )
    }

    /// The programs by which the tunnel is set up.
    static func tools(_ machine: MachineFacts) -> Finding {
        let (id, name) = ("tools", "Programs")
        let packages: [(program: MachineFacts.Program, package: String)] = [
            (.ip, "iproute2"), (.wg, "wireguard-tools"),
        ]
        let missing = packages.filter { !machine.programs.contains($0.program) }
        guard !missing.isEmpty else { return .ok(id, name, "ip and wg are installed.") }
        let programs = missing.map(\.program.rawValue).joined(separator: " and ")
        return .failed(
            id,
            name,
            "\(programs) \(missing.count == 1 ? "is" : "are") not installed.",
            remedy: "Install: sudo apt install \(missing.map(\.package).joined(separator: " "))."
        )
    }
}
