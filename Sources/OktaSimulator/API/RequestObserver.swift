import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Stands before all routes of an org: keeps the log of requests, and lets go wrong what the org's faults say.
struct RequestObserver<Context: RequestContext>: RouterMiddleware {
    let org: Org

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do {
            response = try await answer(request, context, next)
        } catch let error as any HTTPResponseError {
            note(request, Int(error.status.code))
            throw error
        }
        note(request, Int(response.status.code))
        return response
    }

    private func note(_ request: Request, _ status: Int) {
        org.requests.note(
            Org.AnsweredRequest(
                method: request.method.rawValue,
                path: request.uri.path,
                query: request.uri.query,
                status: status,
                at: org.now()
            )
        )
    }

    private func answer(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let fault = org.faults.next(for: request.uri.path) else { return try await next(request, context) }
        switch fault {
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return try await next(request, context)
        case .status(let status, let body, let contentType):
            return Response(
                status: HTTPResponse.Status(code: status),
                headers: [.contentType: contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: body))
            )
        case .html(let status):
            return Response(
                status: HTTPResponse.Status(code: status),
                headers: [.contentType: "text/html; charset=utf-8"],
                body: ResponseBody(
                    byteBuffer: ByteBuffer(string: "<!doctype html><title>Sign in to the network</title>")
                )
            )
        case .rateLimited(let seconds):
            let reset = Int(org.now().timeIntervalSince1970.rounded(.up)) + seconds
            let standing = RateLimits.Standing(limit: 1, remaining: 0, reset: reset, isExceeded: true)
            return Reply.failure(.tooManyRequests).response(standing)
        case .tokenRejected:
            return Reply.failure(.invalidToken).response(nil)
        case .emptyList:
            var response = try await next(request, context)
            response.body = ResponseBody(byteBuffer: ByteBuffer(string: "[]"))
            response.headers[values: .link] = []
            return response
        case .cutOff:
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(contentLength: 10_000) { writer in
                    try await writer.write(ByteBuffer(string: "[{\"id\":\"00"))
                    throw ConnectionCut()
                }
            )
        }
    }
}

private struct ConnectionCut: Error {}
