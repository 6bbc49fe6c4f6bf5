import AsyncHTTPClient
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import OktaSimulator
import Synchronization

/// What a browser does for us: keeps cookies, says where a form comes from, and goes to Okta and back.
final class Browser: Sendable {
    private let client: any TestClientProtocol
    private let http: HTTPClient
    private let jar = Mutex<[String: String]>([:])

    init(client: any TestClientProtocol, http: HTTPClient) {
        self.client = client
        self.http = http
    }

    var cookies: [String: String] {
        get { jar.withLock { $0 } }
        set { jar.withLock { $0 = newValue } }
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(path, .get, headers, nil)
    }

    /// Posts a form as one of our own pages does, unless `headers` say otherwise.
    func post(_ path: String, _ fields: [(String, String)], headers: HTTPFields? = nil) async throws -> TestResponse {
        var sent = headers ?? [.origin: Acme.publicURL]
        sent[.contentType] = "application/x-www-form-urlencoded"
        let body = fields.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try await send(path, .post, sent, ByteBuffer(string: body))
    }

    private func send(
        _ path: String,
        _ method: HTTPRequest.Method,
        _ headers: HTTPFields,
        _ body: ByteBuffer?
    ) async throws -> TestResponse {
        var headers = headers
        headers[.accept] = "text/html"
        headers[.cookie] = cookies.isEmpty ? nil : cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        let response = try await client.execute(uri: path, method: method, headers: headers, body: body)
        for header in response.headers[values: .setCookie] { keep(header) }
        return response
    }

    private func keep(_ header: String) {
        let parts = header.split(separator: ";").map { $0.drop { $0 == " " } }
        let pair = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let ends = parts.contains { $0.lowercased() == "max-age=0" }
        jar.withLock { $0[pair[0]] = ends ? nil : pair[1] }
    }

    /// Goes where a sign-in led, as `person`, who has a session at Okta already, and gives the path on which Okta sends
    /// the browser back to us.
    func visitOkta(_ response: TestResponse, as person: Org.Person, in org: Org) async throws -> String {
        let address = response.location
        let session = try org.openSession(for: person.id)
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "Cookie", value: "sid=\(session.token)")
        let back = try await http.execute(request, timeout: .seconds(10)).headers.first(name: "Location") ?? ""
        return back.replacing(Acme.publicURL, with: "")
    }

    /// The whole way: from our form to Okta and back, to where the callback leads.
    func signIn(as person: Org.Person, at acme: Acme, next: String = "") async throws -> TestResponse {
        let token = try await csrf(of: "/sign-in?next=/account")
        let start = try await post("/sign-in", [("email", person.login), ("next", next), ("csrf", token)])
        return try await get(try await visitOkta(start, as: person, in: acme.org))
    }

    /// The hidden field `csrf` of a page.
    func csrf(of path: String) async throws -> String {
        let page = try await get(path).text
        return page.firstMatch(of: /name="csrf" value="([^"]+)"/).map { String($0.1) } ?? ""
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension TestResponse {
    var location: String { headers[.location] ?? "" }
    var text: String { String(buffer: body) }

    /// The parameters of the address to which this answer redirects.
    var answer: [String: String] {
        let items = URLComponents(string: location)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
    }

    /// The value of a JSON answer's field.
    func json(_ field: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any]
        return object?[field].map { "\($0)" }
    }
}
