import Foundation
import Testing

@testable import Connect

@Suite struct `What Connect keeps` {
    private let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)/state")

    @Test func `only its owner can read`() throws {
        try folder.write(Preferences(server: try ServerAddress("timus.acme.example")), to: Preferences.file)

        #expect(try mode(of: folder.path) == 0o700)
        #expect(try mode(of: folder.file(Preferences.file)) == 0o600)
    }

    @Test func `is closed to others where the folder was open`() throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)

        try folder.write(Preferences(), to: Preferences.file)

        #expect(try mode(of: folder.path) == 0o700)
    }

    @Test func `comes back as it was, and is replaced as a whole`() throws {
        let first = Preferences(server: try ServerAddress("timus.acme.example"), email: "ana@acme.example")
        let second = Preferences(server: try ServerAddress("timus.acme.example"), email: "ben@acme.example")
        try folder.write(first, to: Preferences.file)

        try folder.write(second, to: Preferences.file)

        #expect(try folder.read(Preferences.self, from: Preferences.file) == second)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [Preferences.file])
    }

    @Test func `is written also where a process of the same number left it unfinished`() throws {
        try folder.make()
        let unfinished = folder.file("\(Preferences.file).\(getpid()).new")
        try Data("half".utf8).write(to: URL(filePath: unfinished))

        try folder.write(Preferences(email: "ana@acme.example"), to: Preferences.file)

        #expect(try folder.read(Preferences.self, from: Preferences.file)?.email == "ana@acme.example")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [Preferences.file])
    }

    @Test func `is whole however many write at once`() async throws {
        let folder = folder
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask { try? folder.write(Preferences(email: "\(number)"), to: Preferences.file) }
            }
        }

        #expect(try folder.read(Preferences.self, from: Preferences.file)?.email != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [Preferences.file])
    }

    @Test func `of a device is told to the server that gave it, and is that of the user who asks`() throws {
        let acme = try ServerAddress("timus.acme.example")
        let other = try ServerAddress("timus.other.example")
        let ana = known(at: acme, user: "00uana", email: "Ana@acme.example")
        let ben = known(at: acme, user: "00uben", email: "ben@acme.example")
        try folder.know(ana)
        try folder.know(ben)

        #expect(try folder.knownDevice(at: acme, email: "ana@ACME.example") == ana)
        #expect(try folder.knownDevice(at: acme, email: "b.okoro") == ben)
        #expect(try folder.knownDevice(at: other, email: "ana@acme.example") == nil)
        #expect(try mode(of: folder.file(KnownDevice.file)) == 0o600)
    }

    @Test func `of devices does not grow without end, and is replaced for the same user`() throws {
        let acme = try ServerAddress("timus.acme.example")
        for number in 1...20 { try folder.know(known(at: acme, user: "00u\(number)", email: nil)) }
        try folder.know(known(at: acme, user: "00u20", email: "ana@acme.example"))

        let kept = try #require(try folder.read([KnownDevice].self, from: KnownDevice.file))

        #expect(kept.count == KnownDevice.most)
        #expect(kept.filter { $0.user == "00u20" }.map(\.email) == ["ana@acme.example"])
    }

    private func known(at server: ServerAddress, user: String, email: String?) -> KnownDevice {
        KnownDevice(
            server: server,
            user: user,
            email: email,
            token: "token-of-\(user)",
            organisation: "Acme",
            networks: ["Berlin"]
        )
    }

    @Test func `is nothing before a sign-in`() throws {
        #expect(try folder.read(SavedSession.self, from: SavedSession.file) == nil)
        try folder.remove(SavedSession.file)
    }

    @Test func `is named where another program wrote it`() throws {
        try folder.make()
        try PrivateFile.write(Data("[]".utf8), to: folder.file(Preferences.file))

        #expect(throws: ConnectError.self) { try folder.read(Preferences.self, from: Preferences.file) }
    }

    @Test(arguments: [
        (["TIMUS_CONNECT_HOME": "/a", "XDG_STATE_HOME": "/b", "HOME": "/c"], "/a"),
        (["XDG_STATE_HOME": "/b", "HOME": "/c"], "/b/timus-connect"),
        (["XDG_STATE_HOME": "relative", "HOME": "/c"], "/c/.local/state/timus-connect"),
        (["HOME": "/c"], "/c/.local/state/timus-connect"),
    ])
    func `is where the environment says`(environment: [String: String], path: String) {
        #expect(StateFolder(environment: environment).path == path)
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
