import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import OktaSimulator

/// What a browser without script does: keeps cookies, follows links, fills forms in and sends them.
actor ConsoleBrowser {
    private let client: any TestClientProtocol
    private var cookies: [String: String] = [:]

    init(_ client: any TestClientProtocol) { self.client = client }

    /// Gets a page, following redirects of this org.
    func open(_ path: String) async throws -> ConsoleScreen {
        try await send(.get, path, body: nil)
    }

    /// Fills in the form with that action and sends it. Hidden fields come from the page, the others from `fields`.
    func submit(
        _ screen: ConsoleScreen,
        _ action: String,
        _ fields: KeyValuePairs<String, String> = [:]
    ) async throws -> ConsoleScreen {
        let html = try #require(screen.form(action), "There is no form \(action) on this page:\n\(screen.text)")
        var form = Form(ConsoleScreen.hiddenFields(html))
        for (name, value) in fields { form.add(name, value) }
        if html.contains("method=\"post\"") { return try await send(.post, action, body: form.encoded) }
        return try await send(.get, action + "?" + form.encoded, body: nil)
    }

    func signIn(_ username: String, _ password: String) async throws -> ConsoleScreen {
        let screen = try await open("/")
        return try await submit(screen, SignInPage.path, ["username": username, "password": password])
    }

    /// Signs the org's first administrator in.
    func signInAsAdministrator() async throws {
        let screen = try await signIn("admin@acme.example", "Okta-admin-2026!")
        #expect(screen.path == "/app/UserHome")
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, body: String?) async throws -> ConsoleScreen {
        var headers: HTTPFields = [:]
        if !cookies.isEmpty { headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let response = try await client.executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
        for cookie in response.headers[values: .setCookie] { keep(cookie) }
        let location = response.headers[.location]
        if let location, location.hasPrefix("/") { return try await send(.get, location, body: nil) }
        return ConsoleScreen(
            path: path,
            status: response.status,
            location: location.flatMap(URL.init(string:)),
            text: String(buffer: response.body)
        )
    }

    private func keep(_ cookie: String) {
        let parts = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        cookies[String(parts[0])] = parts[1].isEmpty ? nil : String(parts[1])
    }
}

/// What the browser shows at last.
struct ConsoleScreen: Sendable {
    let path: String
    let status: HTTPResponse.Status
    /// Where the browser was sent outside the org.
    let location: URL?
    let text: String

    func contains(_ text: String) -> Bool { self.text.contains(text) }

    /// A value in the query of `location`.
    func answer(_ name: String) -> String? {
        location.flatMap { Form(encoded: $0.query(percentEncoded: true) ?? "")[name] }
    }

    /// The value of the input with this id.
    func value(ofInput id: String) -> String? {
        let pattern = #/<input id="([^"]*)"[^>]*? value="([^"]*)"/#
        return text.matches(of: pattern).first { $0.output.1 == id }.map { String($0.output.2) }
    }

    /// The form that goes to `action`, from its tag to its end; of several the first that changes something.
    fileprivate func form(_ action: String) -> String? {
        let pattern = #/<form [^>]*action="([^"]*)"[^>]*>.*?</form>/#.dotMatchesNewlines()
        let forms = text.matches(of: pattern).filter { $0.output.1 == action }.map { String($0.output.0) }
        return forms.first { $0.contains("method=\"post\"") } ?? forms.first
    }

    fileprivate static func hiddenFields(_ html: String) -> [(name: String, value: String)] {
        let pattern = #/<input type="hidden" name="([^"]*)" value="([^"]*)">/#
        return html.matches(of: pattern).map {
            (String($0.output.1), String($0.output.2).replacing("&amp;", with: "&").replacing("&#39;", with: "'"))
        }
    }
}

/// An org, its pages and a signing key, without a server: requests go straight to the router.
struct ConsoleWorld {
    let org: Org
    let web: WebRoutes

    init(now: @escaping @Sendable () -> Date = { Date() }) throws {
        org = Org(now: now)
        org.origin = "http://127.0.0.1:8081"
        web = WebRoutes(org: org, keys: try org.signingKeys())
    }

    func run(_ body: @Sendable @escaping (any TestClientProtocol) async throws -> Void) async throws {
        let router = Router()
        web.add(to: router)
        try await Application(router: router).test(.router) { client in try await body(client) }
    }

    /// A person who can sign in with `Sunny-day-42`.
    func addPerson(_ first: String, _ last: String) throws -> Org.Person {
        try org.createPerson(
            Org.Profile(firstName: first, lastName: last, login: "\(first.lowercased())@acme.example"),
            credentials: .password("Sunny-day-42")
        )
    }

    static let password = "Sunny-day-42"
}
