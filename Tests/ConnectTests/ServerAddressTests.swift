import Testing

@testable import Connect

@Suite struct `A server's address` {
    @Test(arguments: [
        ("timus.acme.example", "https://timus.acme.example"),
        (" https://Timus.Acme.example/ ", "https://timus.acme.example"),
        ("https://timus.acme.example:8443/sign-in?next=%2F", "https://timus.acme.example:8443"),
        ("https://timus.acme.example:443", "https://timus.acme.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ])
    func `is understood as it was pasted`(typed: String, origin: String) throws {
        #expect(try ServerAddress(typed).origin == origin)
    }

    @Test(arguments: [
        "http://timus.acme.example", "http://10.0.0.1", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
    ])
    func `is refused without encryption on another machine`(typed: String) {
        #expect(throws: ConnectError.insecureServer(typed)) { try ServerAddress(typed) }
    }

    @Test(arguments: [
        "", "ftp://timus.acme.example", "https://ana:secret@timus.acme.example", "https://", "https://a b",
        "https://timus.acme.example:0",
    ])
    func `is refused where it is none`(typed: String) {
        #expect(throws: ConnectError.serverAddress(typed)) { try ServerAddress(typed) }
    }
}
