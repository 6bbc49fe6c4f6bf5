import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// What a request that a fault strikes is answered.
struct FaultyAnswer: Sendable {
    let answer: Org.Fault.Answer
    let org: Org

    /// - Parameter truly: gives the true answer.
    func response(
        to request: Request,
        truly: (Request) async throws -> Response
    ) async throws -> Response {
        switch answer {
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return try await truly(request)
        case .hang:
            return await hang(request)
        case .changed(let change):
            org.apply(change)
            return try await truly(request)
        case .tokenNarrowed(let kept):
            return try await Org.Faults.$keptGroups.withValue(kept) { try await truly(request) }
        case .cutOff:
            return try await truly(request).cutOff()
        case .truncated:
            return try await truly(request).truncated()
        case .emptyList:
            var response = try await truly(request)
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: "[]"))
            response.headers[.contentLength] = nil
            response.headers.setNext(nil)
            return response
        case .nextMissing:
            var response = try await truly(request)
            response.headers.setNext(nil)
            return response
        case .nextLoop:
            var response = try await truly(request)
            response.headers.setNext(response.headers.link("self"))
            return response
        case .nextForeign(let address):
            var response = try await truly(request)
            response.headers.setNext(address)
            return response
        case .status, .failure, .rateLimited, .tooManyAtOnce, .html, .tokenRejected, .tokenForbidden:
            return instead
        }
    }

    /// The answers that need no true one.
    private var instead: Response {
        switch answer {
        case .status(let status, let body, let contentType):
            Response(
                status: HTTPResponse.Status(code: status),
                headers: [.contentType: contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: body))
            )
        case .failure(let status, let code):
            Reply.failure(OktaFailure(code: code, status: status, summary: OktaFailure.summary(of: code)))
                .response(nil)
        case .rateLimited(let seconds, let headers):
            rateLimited(seconds, headers)
        case .tooManyAtOnce(let seconds):
            Reply.failure(.tooManyRequests).response(org.rateMeter.tooManyAtOnce(resetInSeconds: seconds))
        case .html(let status):
            Response(
                status: HTTPResponse.Status(code: status),
                headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: "<!doctype html><title>Sign in to the network</title>")
                )
            )
        case .tokenForbidden:
            Reply.failure(.forbidden).response(nil)
        default:
            Reply.failure(.invalidToken).response(nil)
        }
    }

    private func rateLimited(_ seconds: Int, _ headers: Org.Fault.RateHeaders) -> Response {
        let now = Int(org.now().timeIntervalSince1970.rounded(.up))
        let reset =
            switch headers {
            case .past: now - seconds
            case .far: now + 365 * 86_400
            case .normal, .missing, .garbage: now + seconds
            }
        var response = Reply.failure(.tooManyRequests).response(
            headers == .missing
                ? nil : RateMeter.Standing(limit: 1, remaining: 0, reset: reset, isExceeded: true)
        )
        if headers == .garbage {
            response.headers[.rateLimitLimit] = "many"
            response.headers[.rateLimitRemaining] = "none"
            response.headers[.rateLimitReset] = "soon"
        }
        return response
    }

    /// Waits until the client leaves, the service ends, or two minutes are over.
    private func hang(_ request: Request) async -> Response {
        try? await request.body.consumeWithCancellationOnInboundClose { _ in
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(120)) }
        }
        return Response(status: .gatewayTimeout)
    }
}

/// Ends the connection in the middle of an answer.
private struct ConnectionCut: Error {}

extension Response {
    /// Announces the whole body, sends half of it, and ends the connection.
    fileprivate func cutOff() async throws -> Response {
        let bytes = try await body.bytes
        var response = self
        response.body = ResponseBody(contentLength: bytes.readableBytes) { writer in
            if let half = bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes / 2) {
                try await writer.write(half)
            }
            throw ConnectionCut()
        }
        return response
    }

    /// Half of the body, with a length that fits.
    fileprivate func truncated() async throws -> Response {
        let bytes = try await body.bytes
        var response = self
        let half = bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes / 2) ?? ByteBuffer()
        response.body = ResponseBody(byteBuffer: half)
        response.headers[.contentLength] = String(half.readableBytes)
        return response
    }
}

extension ResponseBody {
    /// Keeps what is written to it.
    private final class Copy: Sendable {
        let buffer = Mutex(ByteBuffer())
    }

    private struct CopyWriter: ResponseBodyWriter {
        let copy: Copy

        mutating func write(_ buffer: ByteBuffer) { _ = copy.buffer.withLock { $0.writeImmutableBuffer(buffer) } }

        consuming func finish(_ trailingHeaders: HTTPFields?) {}
    }

    fileprivate var bytes: ByteBuffer {
        get async throws {
            let copy = Copy()
            try await write(CopyWriter(copy: copy))
            return copy.buffer.withLock { $0 }
        }
    }
}

extension HTTPFields {
    /// The address of the link with this relation.
    func link(_ relation: String) -> String? {
        self[values: .link].first { $0.hasSuffix("rel=\"\(relation)\"") }
            .map { String($0.dropFirst().prefix { $0 != ">" }) }
    }

    /// - Parameter address: nil for none.
    fileprivate mutating func setNext(_ address: String?) {
        var links = self[values: .link].filter { !$0.hasSuffix("rel=\"next\"") }
        if let address { links.append("<\(address)>; rel=\"next\"") }
        self[values: .link] = links
    }
}

extension OktaFailure {
    /// What Okta says with the code.
    static func summary(of code: String) -> String {
        switch code {
        case "E0000001": "Api validation failed"
        case "E0000005": invalidSession.summary
        case "E0000006": forbidden.summary
        case "E0000007": "Not found: Resource not found"
        case "E0000008": noSuchPath.summary
        case "E0000009": "Internal Server Error"
        case "E0000010": "Service is in read only mode"
        case "E0000011": invalidToken.summary
        case "E0000015": "You do not have permission to access the feature you are requesting"
        case "E0000047": tooManyRequests.summary
        default: "The request was not answered."
        }
    }
}
