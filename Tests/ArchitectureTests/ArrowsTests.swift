import Foundation
import Testing

/// The targets and the arrows between them, as docs/map.md draws them. SwiftPM checks that an import has an arrow; this
/// checks that an arrow is one we meant.
@Suite struct `The targets` {
    /// Each target, its row, and which targets of ours it may import. A new arrow needs its reason in docs/map.md.
    static let arrows: [(target: String, row: Int, imports: Set<String>)] = [
        ("Directory", 0, []),
        ("Okta", 0, []),
        ("OIDC", 0, []),
        ("WebUI", 0, []),
        ("ConnectAPI", 0, []),
        ("GatewayAPI", 0, []),
        ("OktaSimulator", 0, []),
        ("Access", 1, ["Directory"]),
        ("Storage", 2, ["Directory", "Access"]),
        ("Sync", 3, ["Directory", "Access", "Okta", "Storage"]),
        ("SignIn", 3, ["Directory", "Access", "OIDC", "Okta", "Storage", "WebUI", "ConnectAPI"]),
        ("Notify", 3, ["Directory", "Okta", "Storage"]),
        ("Tunnels", 3, ["Access", "Storage"]),
        ("Manager", 4, ["Directory", "Access", "Okta", "OIDC", "Storage", "Sync", "SignIn", "Notify", "WebUI"]),
        ("ConnectServer", 4, ["Directory", "Access", "Storage", "SignIn", "Tunnels", "ConnectAPI", "WebUI"]),
        ("GatewayServer", 4, ["Directory", "Access", "Storage", "SignIn", "Tunnels", "GatewayAPI"]),
        ("OktaEvents", 4, ["Directory", "Storage", "Sync", "SignIn"]),
        (
            "Server", 5,
            [
                "Directory", "Access", "Okta", "OIDC", "Storage", "Sync", "SignIn", "Notify", "Manager",
                "Tunnels", "ConnectServer", "GatewayServer", "OktaEvents", "WebUI", "OktaSimulator",
            ]
        ),
        ("Connect", 5, ["ConnectAPI", "WebUI"]),
        ("Gateway", 5, ["GatewayAPI"]),
        ("SimulatorCommand", 5, ["OktaSimulator"]),
    ]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `are all in the table`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/Sources")

        #expect(Set(folders) == Set(Self.arrows.map(\.target)).union(["CLibPQ", "CCurl"]))
    }

    @Test(arguments: arrows.map(\.target))
    func `import only what their arrows allow`(target: String) throws {
        let allowed = try #require(Self.arrows.first { $0.target == target }).imports

        let imported = try Self.imports(of: target).intersection(Self.arrows.map(\.target))

        #expect(imported.subtracting(allowed).isEmpty, "\(target) imports \(imported.subtracting(allowed).sorted())")
    }

    @Test func `point only downwards`() {
        let rows = Dictionary(uniqueKeysWithValues: Self.arrows.map { ($0.target, $0.row) })
        for (target, row, imports) in Self.arrows {
            for lower in imports {
                #expect((rows[lower] ?? .max) < row, "\(target) must not import \(lower)")
            }
        }
    }

    @Test(arguments: [
        ("GRDB", ["Storage"]),
        ("CLibPQ", ["Storage"]),
        ("CCurl", ["Notify"]),
        ("ArgumentParser", ["Server", "Connect", "Gateway", "SimulatorCommand"]),
    ])
    func `keep a package where it belongs`(package: String, targets: [String]) throws {
        let importing = try Self.arrows.map(\.target).filter { try Self.imports(of: $0).contains(package) }

        #expect(Set(importing).isSubset(of: targets))
    }

    @Test(arguments: ["Directory", "Access"])
    func `at the core do not wait`(target: String) throws {
        for (file, text) in try Self.sources(of: target) {
            #expect(!text.contains("await "), "\(file) waits")
        }
    }

    @Test(arguments: arrows.map(\.target))
    func `have no drawer for whatever is left over`(target: String) throws {
        let drawers = try Self.sources(of: target).keys.filter { file in
            ["Utils", "Utilities", "Helpers", "Misc", "Common.swift"].contains { file.contains("/\($0)") }
        }

        #expect(drawers.isEmpty)
    }

    static func imports(of target: String) throws -> Set<String> {
        let pattern =
            /^\s*(?:@\w+\s+)?(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        var found: Set<String> = []
        for text in try sources(of: target).values {
            for line in text.split(separator: "\n") {
                if let match = line.firstMatch(of: pattern) { found.insert(String(match.1)) }
            }
        }
        return found
    }

    static func sources(of target: String) throws -> [String: String] {
        let folder = root.appending(path: "Sources/\(target)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try Dictionary(
            uniqueKeysWithValues: files.map {
                ("\(target)/\($0)", try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
            }
        )
    }
}
