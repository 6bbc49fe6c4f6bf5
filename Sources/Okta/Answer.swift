import Foundation
import NIOCore
import NIOHTTP1

/// What came back: status, header lines and the whole body.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    /// Okta's name for the request, for its support and for retries.
    var requestID: String? { headers.first(name: "X-Okta-Request-Id") }

    /// The address of the next page, as given; nil on the last one.
    var next: String? { Link.next(in: headers["Link"]) }

    /// Okta's clock when it answered; nil where the answer does not say.
    var date: Date? { headers.first(name: "Date").flatMap(HTTPDate.read) }

    /// What the headers say of the bucket's window; nil where they say nothing that can be believed, such as a limit of
    /// zero.
    var rateLimit: (limit: Int, remaining: Int, reset: Date)? {
        guard let limit = headers.leastNumber("X-Rate-Limit-Limit"), limit > 0,
            let remaining = headers.leastNumber("X-Rate-Limit-Remaining"),
            let reset = headers.leastNumber("X-Rate-Limit-Reset")
        else { return nil }
        return (limit, max(0, remaining), Date(timeIntervalSince1970: Double(reset)))
    }

    /// Why the answer is none; nil when the status says success.
    func refusal(of request: Exchange.Request, from host: String, now: Date) -> OktaError? {
        // A page that came is not read for an error code: the code is in the whole body.
        if (200..<300).contains(status) { return nil }
        return switch (status, code) {
        case (300..<400, _): .notOkta(host: host, came: "a redirect")
        case (429, _): .rateLimited(until: now.addingTimeInterval(60))
        case (408, _), (500..., _): .serverError(host: host, status: status)
        case (_, nil): .notOkta(host: host, came: isWebPage ? "a web page" : "HTTP status \(status)")
        case (401, "E0000015"), (403, _): .notPermitted(to: request.action)
        case (401, _): .tokenRejected
        case (404, "E0000008"): .notFound(.page)
        case (404, _): .notFound(request.thing)
        case (_, let code): .refused(status: status, code: code)
        }
    }

    func decode<Value: Decodable>(_ type: Value.Type, from host: String) throws(OktaError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw .notOkta(host: host, came: isWebPage ? "a web page" : "something else than the expected JSON")
        }
    }

    /// Reads the body without a tree.
    func read<Value>(
        from host: String,
        _ body: (inout JSONReader) throws(JSONReader.Failure) -> Value
    ) throws(OktaError) -> Value {
        var json = JSONReader(Array(self.body.readableBytesView))
        do {
            return try body(&json)
        } catch {
            throw .notOkta(host: host, came: isWebPage ? "a web page" : "something else than the expected JSON")
        }
    }

    /// Okta's error code; nil when the body is not an error of Okta's.
    private var code: String? {
        struct Problem: Decodable {
            let errorCode: String
        }
        return (try? JSONDecoder().decode(Problem.self, from: data))?.errorCode
    }

    private var isWebPage: Bool {
        let type = headers.first(name: "Content-Type")?.lowercased() ?? ""
        return type.contains("html") || body.readableBytesView.first == UInt8(ascii: "<")
    }

    private var data: Data { Data(body.readableBytesView) }
}

extension HTTPHeaders {
    /// The least of a header's numbers: Okta sends some lines twice, and some values as a list.
    fileprivate func leastNumber(_ name: String) -> Int? {
        self[canonicalForm: name].compactMap { Int($0) }.min()
    }
}
