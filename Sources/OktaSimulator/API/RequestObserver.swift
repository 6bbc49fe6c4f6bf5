import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Stands before all routes of an org: keeps the log of requests, refuses where too many come at once, and lets go wrong
/// what the org's faults say. What the control API and the console are asked passes.
struct RequestObserver<Context: RequestContext>: RouterMiddleware {
    let org: Org

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let bucket = RateBucket(method: request.method.rawValue, path: request.uri.path) else {
            if request.uri.path.hasPrefix(ControlAPI.path) { return try await next(request, context) }
            return try await struck(request, context, next)
        }
        guard org.rateMeter.begin() else {
            note(request, bucket, 429)
            return Reply.failure(.tooManyRequests).response(org.rateMeter.tooManyAtOnce())
        }
        defer { org.rateMeter.end() }
        do {
            let response = try await struck(request, context) { request, context in
                try await limited(request, bucket, context, next)
            }
            note(request, bucket, Int(response.status.code))
            return response
        } catch let error as any HTTPResponseError {
            note(request, bucket, Int(error.status.code))
            throw error
        }
    }

    private func note(_ request: Request, _ bucket: RateBucket, _ status: Int) {
        org.requests.note(
            Org.AnsweredRequest(
                method: request.method.rawValue,
                path: request.uri.path,
                query: request.uri.query,
                status: status,
                at: org.now(),
                bucket: bucket
            )
        )
    }

    private func struck(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let answer = org.faults.next(request.method.rawValue, request.uri.path) else {
            return try await next(request, context)
        }
        return try await FaultyAnswer(answer: answer, org: org).response(to: request) { try await next($0, context) }
    }

    /// The management API counts its calls itself, since it knows whose they are; the authorization server's are
    /// counted here.
    private func limited(
        _ request: Request,
        _ bucket: RateBucket,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard bucket == .oauth else { return try await next(request, context) }
        let standing = org.rateMeter.count(bucket)
        if standing.isExceeded { return Reply.failure(.tooManyRequests).response(standing) }
        var response = try await next(request, context)
        response.headers.set(standing)
        return response
    }
}
