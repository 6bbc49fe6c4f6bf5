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
