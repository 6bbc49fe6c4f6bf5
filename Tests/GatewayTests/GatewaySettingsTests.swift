import Foundation
import Testing

@testable import Gateway

@Suite struct `A gateway's settings` {
    private static let good = """
        {"server":"https://timus.example.com","id":"g-1","name":"Berlin-1","site":"Berlin","token":"t","interface":"timus0",\
        "listen_port":51820,"masquerade":true}
        """

    @Test func `are read as they are written`() throws {
        let settings = try GatewaySettings(Data(Self.good.utf8), path: "settings.json")

        let again = try GatewaySettings(try JSONEncoder().encode(settings), path: "settings.json")

        #expect(again == settings)
        #expect(settings.server.origin == "https://timus.example.com")
    }

    @Test(arguments: [
        ("\"id\":\"g-1\",", "", "id is missing"),
        ("\"listen_port\":51820", "\"listen_port\":\"x\"", "listen_port has the wrong type"),
        ("\"listen_port\":51820", "\"listen_port\":0", "listen_port is no port"),
        ("timus0", "-timus", "interface is no name of an interface"),
        ("timus0", "timus0 up; id", "interface is no name of an interface"),
        ("timus0", "timus-is-too-long", "interface is no name of an interface"),
        ("\"token\":\"t\"", "\"token\":\"t\\r\\nX: y\"", "token is no token"),
        ("\"id\":\"g-1\"", "\"id\":\"g 1\"", "id is no gateway's"),
        ("{", "[", "it is not JSON"),
    ])
    func `say what is wrong with them`(old: String, new: String, cause: String) {
        let text = Self.good.replacing(old, with: new, maxReplacements: 1)

        #expect(throws: GatewayError.settings(path: "settings.json", cause: cause)) {
            try GatewaySettings(Data(text.utf8), path: "settings.json")
        }
    }

    @Test(arguments: [
        ("https://timus.example.com/", false, "https://timus.example.com"),
        ("timus.example.com:8443", false, "https://timus.example.com:8443"),
        ("http://127.0.0.1:8080", false, "http://127.0.0.1:8080"),
        ("http://localhost", false, "http://localhost"),
        ("http://10.1.2.3:8080", true, "http://10.1.2.3:8080"),
        ("http://172.31.0.1", true, "http://172.31.0.1"),
        ("http://192.168.1.1", true, "http://192.168.1.1"),
    ])
    func `name a server`(typed: String, allowsHTTP: Bool, origin: String) throws {
        #expect(try ServerAddress(typed, allowsHTTP: allowsHTTP).origin == origin)
    }

    @Test(arguments: [
        ("http://timus.example.com", true), ("http://10.1.2.3", false), ("http://172.32.0.1", true),
        ("http://8.8.8.8", true), ("http://10.1.2.3.example.com", true), ("http://169.254.169.254", true),
    ])
    func `name none without encryption on the way to it`(typed: String, allowsHTTP: Bool) {
        #expect(throws: GatewayError.insecureServer(typed)) { try ServerAddress(typed, allowsHTTP: allowsHTTP) }
    }

    @Test(arguments: [
        "", "ftp://timus.example.com", "https://a:b@timus.example.com", "https://timus.example.com:0", "a b",
    ])
    func `name none by a text that is no address`(typed: String) {
        #expect(throws: GatewayError.serverAddress(typed)) { try ServerAddress(typed) }
    }
}

@Suite struct `A stream` {
    @Test func `is put together to lines`() throws {
        var lines = MessageLines(longest: 10)

        let first = try lines.take(Data("one\ntw".utf8))
        let second = try lines.take(Data("o\n\nthree".utf8))
        let third = try lines.take(Data("\n".utf8))

        #expect(
            [first, second, third].map { $0.map { String(decoding: $0, as: UTF8.self) } } == [
                ["one"], ["two"], ["three"],
            ]
        )
    }

    @Test(arguments: ["12345678901", "12345678901\n"])
    func `without an end of its line is let go of`(text: String) {
        var lines = MessageLines(longest: 10)

        #expect(throws: MessageLines.TooLong.self) { try lines.take(Data(text.utf8)) }
    }

    @Test func `is asked for again after half a second and at most ten`() {
        var backoff = Backoff()

        let waits = (0..<7).map { _ in backoff.wait(chance: 1) }
        backoff.reset()

        #expect(waits == [0.5, 1, 2, 4, 8, 10, 10])
        #expect(backoff.wait(chance: 0) == 0.25)
    }
}
