import HTTPTypes
import Hummingbird
import NIOCore

/// A whole page: its title and what is in its body.
struct Document: Sendable {
    let title: String
    let body: HTML

    private var html: HTML {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>\(title) · Okta simulator</title>\
        <meta name="viewport" content="width=device-width, initial-scale=1">\
        <link rel="stylesheet" href="/assets/console.css"><link rel="icon" href="data:,">\
        <script src="/assets/console.js" defer></script></head><body>\(body)</body></html>
        """
    }

    /// The referrer policy is not `no-referrer`, with which browsers would send `Origin: null` with our own forms.
    func response(_ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .cacheControl: "no-store",
                .contentSecurityPolicy: "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
                .xContentTypeOptions: "nosniff",
                .referrerPolicy: "same-origin",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html.text))
        )
    }
}

extension Document {
    /// A card in the middle of an otherwise empty page: signing in, setting a password, an error.
    static func card(_ title: String, organisation: String, _ content: HTML) -> Document {
        Document(
            title: title,
            body: """
                <header class="top"><a class="brand" href="/">okta <small>simulator</small></a>\
                <a href="/login">Login</a></header>\
                <main class="alone"><div class="card"><p class="faint">\(organisation)</p><h1>\(title)</h1>\(content)\
                </div></main>
                """
        )
    }
}

extension HTTPField.Name {
    // A name in lower-case letters and hyphens is always well formed.
    // swift-format-ignore: NeverForceUnwrap
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}

extension Response {
    /// To another page, by GET.
    static func seeOther(_ location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }
}
