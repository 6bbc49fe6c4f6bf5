import HTTPTypes
public import Hummingbird
import NIOCore
public import WebUI

extension HTML {
    /// The page as an answer.
    ///
    /// - Parameter formTargets: origins to which a form of this page is redirected after we received it. Chromium
    ///   holds `form-action` against each redirect that follows a form.
    public func response(status: HTTPResponse.Status = .ok, formTargets: [String] = []) -> Response {
        var response = Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
        if !formTargets.isEmpty {
            response.headers[.contentSecurityPolicy] = SecurityHeaders.policy(formTargets: formTargets)
        }
        return response
    }
}

extension Response {
    /// The answer to a form that was taken: the browser goes on with GET (RFC 9110 §15.4.4).
    public static func seeOther(_ path: Path) -> Response {
        seeOther(elsewhere: path.text)
    }

    /// The same, to an address on another host: Okta, or the loopback redirect of Connect.
    static func seeOther(elsewhere address: String) -> Response {
        Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }
}

/// An answer given by throwing it, where a page cannot go on: nobody is signed in, or the role does not suffice.
public struct Interruption: HTTPResponseError {
    public let answer: Response

    public init(_ answer: Response) {
        self.answer = answer
    }

    public var status: HTTPResponse.Status { answer.status }

    public func response(from request: Request, context: some RequestContext) -> Response {
        answer
    }
}
