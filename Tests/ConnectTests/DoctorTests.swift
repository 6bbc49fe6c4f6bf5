import ConnectAPI
import Foundation
import Hummingbird
import Testing

@testable import Connect

@Suite struct `The doctor` {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static let good = MachineFacts(
        isRoot: false,
        mayChangeNetwork: false,
        isHeldDown: false,
        hasTUN: true,
        hasKernelWireGuard: false,
        programs: Set(MachineFacts.Program.allCases)
    )

    private static func machine(_ change: (inout MachineFacts) -> Void) -> MachineFacts {
        var machine = good
        change(&machine)
        return machine
    }

    @Test(arguments: [
        (good, ["ok", "ok", "ok", "ok"]),
        (machine { $0.mayChangeNetwork = true }, ["ok", "ok", "ok", "ok"]),
        (machine { $0.isRoot = true }, ["failed", "ok", "ok", "ok"]),
        (machine { $0.programs.remove(.sudo) }, ["failed", "ok", "ok", "ok"]),
        (machine { $0.isHeldDown = true }, ["failed", "ok", "ok", "ok"]),
        (machine { $0.programs.remove(.wireguardGo) }, ["ok", "failed", "ok", "ok"]),
        (machine { $0.hasTUN = false }, ["ok", "ok", "failed", "ok"]),
        (machine { ($0.hasTUN, $0.hasKernelWireGuard) = (false, true) }, ["ok", "ok", "ok", "ok"]),
        (machine { $0.programs.subtract([.wg, .ip]) }, ["ok", "ok", "ok", "failed"]),
    ])
    func `looks at the machine`(machine: MachineFacts, statuses: [String]) {
        let findings: [Finding] = [.rights(machine), .wireGuard(machine), .tun(machine), .tools(machine)]

        #expect(findings.map(\.status.rawValue) == statuses)
        #expect(findings.allSatisfy { ($0.remedy == nil) == ($0.status == .ok) })
    }

    @Test func `reads what a process may do from the kernel`() {
        let root = ProcessStatus(text: "Name:\tx\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t0\n")
        let container = ProcessStatus(text: "CapEff:\t00000000a80425fb\nNoNewPrivs:\t1\n")

        #expect(root.mayChangeNetwork && !root.isHeldDown)
        #expect(!container.mayChangeNetwork && container.isHeldDown)
        #expect(!ProcessStatus(text: "").mayChangeNetwork)
    }

    @Test(arguments: [
        (ServerProbe.timus(ahead: 0), "ok", "ok"),
        (.timus(ahead: 59), "ok", "ok"),
        (.timus(ahead: 61), "ok", "warning"),
        (.timus(ahead: -3600), "ok", "warning"),
        (.timus(ahead: nil), "ok", "unchecked"),
        (.other("HTTP 200, not in Connect's form"), "failed", "unchecked"),
        (.failed(.untrusted), "failed", "unchecked"),
    ])
    func `looks at the server and its clock`(probe: ServerProbe, server: String, clock: String) throws {
        let address = try ServerAddress("https://timus.acme.example")

        #expect(Finding.server(probe, at: address).status.rawValue == server)
        #expect(Finding.clock(probe).status.rawValue == clock)
    }

    @Test(arguments: [
        ("NIOSSL.NIOSSLExtraError.failedToValidateHostname: Couldn't find timus", ServerFault.otherName),
        ("handshakeFailed(NIOSSL.BoringSSLError.sslError([CERTIFICATE_VERIFY_FAILED]))", .untrusted),
        ("handshakeFailed(NIOSSL.BoringSSLError.sslError([WRONG_VERSION_NUMBER]))", .noTLS),
        ("connection reset (error set): Connection refused (errno: 111)", .nothingListens),
        ("something else", .other),
    ])
    func `tells trouble with TLS from trouble with the way`(text: String, fault: ServerFault) {
        #expect(ServerFault(text: text) == fault)
    }

    @Test func `knows Timus from what else may answer`() async throws {
        let elsewhere = Router(context: LocalContext.self)
        elsewhere.get("/connect/v1/status") { _, _ in "<h1>Welcome to the hotel</h1>" }

        let timus = try await LocalServer.serving(TestServer().router()) { try await Self.probe($0) }
        let hotel = try await LocalServer.serving(elsewhere) { try await Self.probe($0) }
        let port = try await LocalServer.serving(TestServer().router()) { $0 }
        let nothing = try await Self.probe(port)

        if case .timus = timus {} else { Issue.record("\(timus)") }
        #expect(hotel == .other("HTTP 200, not in Connect's form"))
        #expect(nothing == .failed(.nothingListens))
    }

    private static func probe(_ port: Int) async throws -> ServerProbe {
        try await TimusServer.with(ServerAddress("http://127.0.0.1:\(port)")) { await ServerProbe.of($0) }
    }

    @Test func `finds the addresses of a name, and says when there is none`() async {
        let address = await HostLookup.of("127.0.0.1")
        let nothing = await HostLookup.of("nobody.invalid")

        #expect(address == .found(["127.0.0.1"]))
        #expect(Finding.serverName(nothing, host: "nobody.invalid").status == .failed)
    }

    @Test func `reads the time of an HTTP header`() {
        #expect(HTTPDate.date("Sun, 06 Nov 1994 08:49:37 GMT") == Date(timeIntervalSince1970: 784_111_777))
        #expect(HTTPDate.date("yesterday") == nil)
    }

    @Test(arguments: [
        (SessionFacts.none, "warning"),
        (.good(as: "ana@acme.example", organisation: "Acme", until: now.addingTimeInterval(7200)), "ok"),
        (.bad(.accessEnded(because: "Okta: your account was suspended.")), "failed"),
        (.bad(.cannotRead(path: "/x", cause: "it is another user's")), "failed"),
    ])
    func `looks at the sign-in`(session: SessionFacts, status: String) {
        #expect(Finding.session(session, now: Self.now).status.rawValue == status)
    }

    @Test func `says as whom and for how long one is signed in`() {
        let until = Self.now.addingTimeInterval(7200)
        let finding = Finding.session(.good(as: "ana@acme.example", organisation: "Acme", until: until), now: Self.now)

        #expect(finding.sentence == "Signed in as ana@acme.example at Acme, for 2 hours more.")
    }

    @Test(arguments: [
        (TunnelFacts.none, "ok", "unchecked"),
        (.cut(because: "Okta: your account was suspended."), "warning", "unchecked"),
        (.open(network: "Berlin", lastHandshakeAt: nil, serverAwaySince: nil), "failed", "unchecked"),
        (.open(network: "Berlin", lastHandshakeAt: now.addingTimeInterval(-9), serverAwaySince: nil), "ok", "ok"),
        (.open(network: "Berlin", lastHandshakeAt: now.addingTimeInterval(-9), serverAwaySince: now), "warning", "ok"),
        (
            .open(network: "Berlin", lastHandshakeAt: now.addingTimeInterval(-900), serverAwaySince: nil), "warning",
            "unchecked"
        ),
    ])
    func `looks at the tunnel, and knows of UDP only by it`(facts: TunnelFacts, tunnel: String, udp: String) {
        #expect(Finding.tunnel(facts, now: Self.now).status.rawValue == tunnel)
        #expect(Finding.udp(facts, now: Self.now).status.rawValue == udp)
    }

    @Test func `looks at who may enter the folder`() throws {
        let folder = StateFolder(path: NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)")
        let missing = FolderFacts.read(folder)
        try folder.write(Preferences(), to: Preferences.file)
        let ours = FolderFacts.read(folder)
        chmod(folder.file(Preferences.file), 0o644)
        let readable = FolderFacts.read(folder)
        chmod(folder.path, 0o755)
        let open = FolderFacts.read(folder)
        let notOurs = FolderFacts.read(folder, user: 12345)

        #expect(missing == .missing)
        #expect(ours == .ours(isOpen: false, openFiles: []))
        #expect(readable == .ours(isOpen: false, openFiles: [Preferences.file]))
        #expect(open == .ours(isOpen: true, openFiles: [Preferences.file]))
        #expect(notOurs == .notOurs("it belongs to another user"))
        let findings = [missing, ours, readable, open, notOurs].map { Finding.folder($0, path: folder.path).status }
        #expect(findings == [.ok, .ok, .warning, .warning, .failed])
    }

    @Test func `works without a server, and gives each check its line`() {
        let examination = Examination(
            machine: Self.good,
            folder: .missing,
            path: "/home/ana/.local/state/timus-connect",
            server: .none,
            session: .none,
            tunnel: .none,
            now: Self.now
        )

        let ids = [
            "rights", "wireguard", "tun", "tools", "folder", "dns", "server", "clock", "session", "tunnel", "udp",
        ]
        #expect(examination.findings.map(\.id) == ids)
        #expect(examination.failures == 0)
        #expect(examination.warnings == 2)
    }
}

@Suite struct `The doctor's command` {
    private let home = NSTemporaryDirectory() + "timus-connect-\(UUID().uuidString)"

    @Test func `ends with 1 when something failed, and its JSON says what`() async throws {
        let port = try await LocalServer.serving(TestServer().router()) { $0 }

        let run = try await Transcript.of(["doctor", "--json", "--server", "http://127.0.0.1:\(port)"], home: home)

        let answer = try JSONDecoder().decode(Answer.self, from: Data(run.output.utf8))
        let server = try #require(answer.checks.first { $0.id == "server" })
        #expect(run.status == 1)
        #expect(run.errors.isEmpty)
        #expect(answer.failed >= 1)
        #expect(server.status == "failed")
        #expect(server.sentence == "http://127.0.0.1:\(port) does not answer: nothing listens there.")
        #expect(server.remedy != nil)
        #expect(answer.checks.count == 11)
    }

    @Test func `finds a server that is Timus, and its clock`() async throws {
        try await LocalServer.serving(TestServer().router()) { port in
            let run = try await Transcript.of(["doctor", "--server", "http://127.0.0.1:\(port)"], home: home)

            #expect(run.output.contains("ok           Server: http://127.0.0.1:\(port) answers, and it is Timus.\n"))
            #expect(run.output.contains("ok           Clock: This machine's clock and the server's agree.\n"))
        }
    }

    @Test func `leaves nothing in the folder`() async throws {
        _ = try await Transcript.of(["doctor"], home: home)

        #expect(!FileManager.default.fileExists(atPath: home + "/state"))
    }

    private struct Answer: Decodable {
        let checks: [Check]
        let failed: Int
        let warnings: Int
    }

    private struct Check: Decodable {
        let id: String
        let name: String
        let status: String
        let sentence: String
        let remedy: String?
    }
}
