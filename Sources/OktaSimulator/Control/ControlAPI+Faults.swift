import Foundation
import Hummingbird

extension ControlAPI {
    func addFaults<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.post, "faults") { [org] body, _, _ in
            let id = org.faults.add(try Org.Fault(body))
            var reply = Reply.json { writer in writer.object { $0.member("id", String(id)) } }
            reply.status = .created
            return reply
        }
        routes.on(.get, "faults") { [org] _, _, _ in
            .json { writer in
                writer.array { writer in for fault in org.faults.all { fault.write(to: &writer) } }
            }
        }
        routes.on(.delete, "faults") { [org] _, _, _ in
            org.faults.clear()
            return .noContent
        }
        routes.on(.delete, "faults/:id") { [org] _, _, path in
            guard let id = path.get("id", as: Int.self), org.faults.remove(id) else { throw ControlProblem.notFound }
            return .noContent
        }
    }
}

extension Org.Fault {
    fileprivate init(_ body: ControlBody) throws(ControlProblem) {
        self.init(
            try Answer(body),
            matching: Org.PathPattern(try body.text("path")),
            method: body["method"]?.string?.uppercased(),
            skip: try body.count("skip", default: 0),
            // null is for all.
            count: body.has("count") && body["count"] == nil ? nil : try body.count("count", default: 1)
        )
    }
}

extension Org.Fault.Answer {
    fileprivate init(_ body: ControlBody) throws(ControlProblem) {
        switch try body.text("kind") {
        case "status":
            let status = try body.count("status")
            self = .failure(status, code: body["code"]?.string ?? OktaFailure.usualCode(of: status))
        case "rate-limited":
            let name = body["headers"]?.string ?? Org.Fault.RateHeaders.normal.rawValue
            guard let headers = Org.Fault.RateHeaders(rawValue: name) else {
                throw ControlProblem(sentence: "headers must be normal, missing, garbage, past or far.")
            }
            self = .rateLimited(resetInSeconds: try body.count("reset_in_seconds", default: 60), headers: headers)
        case "concurrency":
            self = .tooManyAtOnce(resetInSeconds: try body.count("reset_in_seconds", default: 60))
        case "delay": self = .delay(.milliseconds(try body.count("milliseconds")))
        case "hang": self = .hang
        case "reset": self = .cutOff
        case "truncated-json": self = .truncated
        case "html": self = .html(status: try body.count("status", default: 200))
        case "empty-page": self = .emptyList
        case "next-missing": self = .nextMissing
        case "next-loop": self = .nextLoop
        case "next-foreign": self = .nextForeign(try body.text("url"))
        case "change-mid-scan":
            guard let members = body["change"]?.object else {
                throw ControlProblem(sentence: "change must be a change, as under /simulator/v1/changes.")
            }
            self = .changed(try Org.Change(ControlBody(members)))
        case "token-revoked": self = .tokenRejected
        case "token-forbidden": self = .tokenForbidden
        case "token-narrowed": self = .tokenNarrowed(keepGroups: try body.count("keep_groups"))
        case let other: throw ControlProblem(sentence: "\(other) is no kind of fault.")
        }
    }

    fileprivate var kind: String {
        switch self {
        case .status, .failure: "status"
        case .rateLimited: "rate-limited"
        case .tooManyAtOnce: "concurrency"
        case .delay: "delay"
        case .hang: "hang"
        case .cutOff: "reset"
        case .truncated: "truncated-json"
        case .html: "html"
        case .emptyList: "empty-page"
        case .nextMissing: "next-missing"
        case .nextLoop: "next-loop"
        case .nextForeign: "next-foreign"
        case .changed: "change-mid-scan"
        case .tokenRejected: "token-revoked"
        case .tokenForbidden: "token-forbidden"
        case .tokenNarrowed: "token-narrowed"
        }
    }
}

extension Org.Faults.Counted {
    fileprivate func write(to writer: inout JSONWriter) {
        let requests = fault.requests
        writer.object { writer in
            writer.member("id", String(id))
            writer.member("kind", fault.answer.kind)
            writer.member("path", fault.path)
            writer.member("method", fault.method)
            writer.member("skip", requests.lowerBound - 1)
            writer.member("count", requests.upperBound == .max ? JSON.null : .number(Double(requests.count)))
            writer.member("hits", hits)
        }
    }
}

extension OktaFailure {
    /// The code that Okta most often gives with the status.
    fileprivate static func usualCode(of status: Int) -> String {
        switch status {
        case 400: "E0000001"
        case 401: "E0000011"
        case 403: "E0000006"
        case 404: "E0000007"
        case 429: "E0000047"
        case 503: "E0000010"
        default: "E0000009"
        }
    }
}
