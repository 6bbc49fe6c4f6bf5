/// The text that `nft -f` reads: what passes between the tunnel and the site.
///
/// Every packet is looked at, not only a flow's first: who leaves the set is cut off in the middle of a download. What comes
/// from the tunnel for the gateway itself is refused, also at its address in the site. Nothing in here comes from outside but
/// numbers and addresses that were read as such, and an interface's name that was checked.
struct FirewallScript: Sendable {
    let interface: String
    let isMasquerading: Bool

    var table: String { "timus_\(interface)" }

    /// The whole table, in place of the one that is there.
    ///
    /// - Parameters:
    ///   - lease: Seconds after which the kernel lets nobody through unless it is told anew, also when nobody is left to
    ///     tell it; nil for nobody at all.
    ///   - refused: Packets that were counted so far.
    func whole(peers: some Sequence<Address>, networks: [AddressBlock], lease: Int?, refused: Int64) -> String {
        """
        add table inet \(table)
        delete table inet \(table)
        table inet \(table) {
            counter refused {
                packets \(refused) bytes 0
            }
            set leased {
                type ifname
                flags timeout
            }
            set peers {
                type ipv4_addr
            }
            set networks {
                type ipv4_addr
                flags interval
            }
            chain forward {
                type filter hook forward priority filter - 10
                policy accept
                iifname "\(interface)" goto from_tunnel
                oifname "\(interface)" goto to_tunnel
            }
            chain input {
                type filter hook input priority filter - 10
                policy accept
                iifname "\(interface)" counter name refused drop
            }
            chain output {
                type filter hook output priority filter - 10
                policy accept
                oifname "\(interface)" goto from_gateway
            }
            chain from_tunnel {
                iifname != @leased drop
                oifname != "\(interface)" ip saddr @peers ip daddr @networks accept
                counter name refused drop
            }
            chain to_tunnel {
                oifname != @leased drop
                ct state established ip saddr @networks ip daddr @peers accept
                ct state related ip daddr @peers accept
                drop
            }
            chain from_gateway {
                ct state established,related ip daddr @peers accept
                drop
            }
            chain segments {
                type filter hook forward priority mangle
                policy accept
                iifname "\(interface)" tcp flags syn tcp option maxseg size set rt mtu
                oifname "\(interface)" tcp flags syn tcp option maxseg size set rt mtu
            }
        \(isMasquerading ? masquerading : "")}

        """ + elements("add", "peers", peers.map(\.description))
            + elements("add", "networks", networks.map(\.description)) + self.lease(lease)
    }

    private var masquerading: String {
        """
            chain site {
                type nat hook postrouting priority srcnat
                policy accept
                iifname "\(interface)" oifname != "\(interface)" masquerade
            }

        """
    }

    /// What leaves and what comes, in one transaction. An address in both is there afterwards.
    func change(freed: [Address], letIn: [Address]) -> String {
        // To delete what is not there is an error, and to add what is there is none.
        elements("add", "peers", freed.map(\.description)) + elements("delete", "peers", freed.map(\.description))
            + elements("add", "peers", letIn.map(\.description))
    }

    func networks(_ networks: [AddressBlock]) -> String {
        "flush set inet \(table) networks\n" + elements("add", "networks", networks.map(\.description))
    }

    func lease(_ seconds: Int?) -> String {
        "flush set inet \(table) leased\n"
            + elements("add", "leased", seconds.map { ["\"\(interface)\" timeout \($0)s"] } ?? [])
    }

    var removal: String { "add table inet \(table)\ndelete table inet \(table)\n" }

    private func elements(_ verb: String, _ set: String, _ elements: [String]) -> String {
        // Lines of bounded length.
        elements.pieces(of: 500).map { "\(verb) element inet \(table) \(set) { \($0.joined(separator: ", ")) }\n" }
            .joined()
    }
}
