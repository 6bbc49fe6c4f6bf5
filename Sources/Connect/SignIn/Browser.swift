import Foundation

/// The user's own browser; never a web view of ours (RFC 8252 §8.12).
struct Browser: Sendable {
    /// The program and its arguments, `%s` standing for the address; nil where there is no browser to open.
    private let command: [String]?

    /// `BROWSER` where it is set (its first entry); else `xdg-open` where there is a screen.
    init(environment: [String: String]) {
        let named = environment["BROWSER"]?.split(separator: ":").first?.split(separator: " ").map(String.init) ?? []
        if !named.isEmpty {
            self.command = named
        } else if environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil {
            self.command = ["xdg-open"]
        } else {
            self.command = nil
        }
    }

    /// Starts the browser and does not wait for it: it outlives this program.
    ///
    /// - Returns: false where there is none; the user then opens the printed address.
    func open(_ address: String) -> Bool {
        guard var arguments = command else { return false }
        if arguments.contains(where: { $0.contains("%s") }) {
            arguments = arguments.map { $0.replacing("%s", with: address) }
        } else {
            arguments.append(address)
        }
        let process = Process()
        // env finds the program in PATH; no shell sees the address.
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        return true
    }
}
