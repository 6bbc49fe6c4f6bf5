import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The management API of an org, below `/api/v1`.
struct ManagementAPI: Sendable {
    let org: Org

    private static let operations =
        Operation.users + Operation.lifecycle + Operation.groups + Operation.apps + Operation.eventHooks
        + Operation.logs

    func add<Context: RequestContext>(to router: Router<Context>) {
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch] {
            router.on("/api/v1/**", method: method) { request, _ in await respond(to: request) }
        }
    }

    private func respond(to request: Request) async -> Response {
        let bucket = RateBucket(method: request.method.rawValue, path: request.uri.path) ?? .other
        var standing: RateMeter.Standing?
        do {
            let caller: Caller
            do throws(OktaFailure) {
                caller = try Caller(authorization: request.headers[.authorization], org: org)
            } catch {
                standing = org.rateMeter.count(bucket)
                throw standing?.isExceeded == true ? .tooManyRequests : error
            }
            standing = org.rateMeter.count(bucket, by: caller.holder)
            if standing?.isExceeded == true { throw OktaFailure.tooManyRequests }
            return try await Org.$actor.withValue(.init(caller.person)) {
                try await reply(to: request, of: caller).response(standing)
            }
        } catch let failure as OktaFailure {
            var response = Reply.failure(failure).response(standing)
            challenge(failure, request, &response)
            return response
        } catch is LengthRequired {
            return Response(status: .lengthRequired)
        } catch {
            return Reply.failure(.malformedBody).response(standing)
        }
    }

    private func reply(to request: Request, of caller: Caller) async throws -> Reply {
        let path = request.uri.path.split(separator: "/").dropFirst(2).map { $0.removingPercentEncoding ?? String($0) }
        let here = Self.operations.compactMap { operation in
            operation.arguments(in: path).map { (operation, $0) }
        }
        // A fixed word wins over a placeholder.
        let best = here.filter { $0.0.method == request.method.rawValue }.min { $0.1.count < $1.1.count }
        guard let (operation, arguments) = best else { throw here.isEmpty ? OktaFailure.noSuchPath : .wrongMethod }
        try caller.check(operation.scope)
        return try await operation.perform(
            Call(
                org: org,
                caller: caller,
                narrowing: Org.Faults.keptGroups.map { kept in Set(org.groups(limit: kept).map(\.id)) },
                origin: request.head.authority.map { "\(scheme)://\($0)" } ?? org.origin,
                path: request.uri.path,
                query: request.query,
                arguments: arguments,
                body: try await body(of: request),
                ifMatch: request.headers[.ifMatch]
            )
        )
    }

    private var scheme: String { org.origin.hasPrefix("https://") ? "https" : "http" }

    private func body(of request: Request) async throws -> JSON? {
        let bytes = try await request.body.collect(upTo: 1_048_576)
        if bytes.readableBytes == 0 {
            let isMeasured = request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil
            if [.post, .put].contains(request.method), !isMeasured { throw LengthRequired() }
            return nil
        }
        guard request.headers[.contentType]?.contains("json") == true else { throw OktaFailure.notJSON }
        guard let json = try? JSONDecoder().decode(JSON.self, from: Data(bytes.readableBytesView)) else {
            throw OktaFailure.malformedBody
        }
        return json
    }

    /// A refused access token is told why in the header (RFC 6750, section 3).
    private func challenge(_ failure: OktaFailure, _ request: Request, _ response: inout Response) {
        guard request.headers[.authorization]?.lowercased().hasPrefix("bearer ") == true else { return }
        let reason: (error: String, description: String)? =
            switch failure {
            case .invalidToken: ("invalid_token", "The access token is not known or has expired.")
            case .insufficientScope: ("insufficient_scope", failure.causes.joined())
            default: nil
            }
        guard let reason else { return }
        response.headers[.wwwAuthenticate] =
            "Bearer authorization_uri=\"\(org.origin)/oauth2/v1/authorize\", realm=\"\(org.origin)\", "
            + "error=\"\(reason.error)\", error_description=\"\(reason.description)\", "
            + "resource=\"\(request.uri.path)\""
    }

    /// POST and PUT need a body or a `Content-Length` of zero.
    private struct LengthRequired: Error {}
}

extension OktaFailure {
    static let wrongMethod = Self(
        code: "E0000022",
        status: 405,
        summary: "The endpoint does not support the provided HTTP method"
    )
    static let notJSON = Self(
        code: "E0000021",
        status: 400,
        summary: "Bad request. Accept and/or Content-Type headers likely do not match supported values."
    )
}
