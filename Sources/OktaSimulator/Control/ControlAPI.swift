import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What Okta has not: lets tests make the org go wrong, move its clock, count what was asked of it, and change many
/// people at once. Below `/simulator/v1`, without credentials, since the simulator listens on this machine only.
struct ControlAPI: Sendable {
    static let path = "/simulator/v1"

    let org: Org

    func add<Context: RequestContext>(to router: Router<Context>) {
        let routes = ControlRoutes(router: router)
        addFaults(to: routes)
        addClock(to: routes)
        addRequests(to: routes)
        addChanges(to: routes)
        addDirectory(to: routes)
        addEventHooks(to: routes)
        addUniversalLogout(to: routes)
    }
}

/// Adds the operations of the control API to the router: each is given the body, and answers JSON.
struct ControlRoutes<Context: RequestContext> {
    typealias Answer = @Sendable (_ body: ControlBody, _ request: Request, _ path: Parameters) throws -> Reply

    let router: Router<Context>

    func on(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) {
        router.on("\(ControlAPI.path)/\(path)", method: method) { request, context in
            do {
                let bytes = try await request.body.collect(upTo: 16 * 1_048_576)
                let body = try ControlBody(Data(bytes.readableBytesView))
                return try answer(body, request, context.parameters).response(nil)
            } catch let problem as ControlProblem {
                var reply = Reply.json { writer in writer.object { $0.member("error", problem.sentence) } }
                reply.status = problem.status
                return reply.response(nil)
            }
        }
    }
}

/// Why the control API does not do what it was asked.
struct ControlProblem: Error {
    var status = HTTPResponse.Status.badRequest
    let sentence: String

    static let notFound = ControlProblem(status: .notFound, sentence: "There is nothing with this id.")
}

/// The members of a request's JSON body; empty where there is none.
struct ControlBody: Sendable {
    private let members: [String: JSON]

    init(_ data: Data) throws(ControlProblem) {
        let json = data.isEmpty ? .object([:]) : try? JSONDecoder().decode(JSON.self, from: data)
        guard let members = json?.object else { throw ControlProblem(sentence: "The body must be a JSON object.") }
        self.init(members)
    }

    init(_ members: [String: JSON]) { self.members = members }

    subscript(_ name: String) -> JSON? { members[name] == .null ? nil : members[name] }

    func has(_ name: String) -> Bool { members[name] != nil }

    func text(_ name: String) throws(ControlProblem) -> String {
        guard let text = members[name]?.string else { throw ControlProblem(sentence: "\(name) must be a string.") }
        return text
    }

    /// - Parameter value: for a member that is not there.
    func number(_ name: String, default value: Double? = nil) throws(ControlProblem) -> Double {
        if case .number(let number) = members[name] { return number }
        if let value, self[name] == nil { return value }
        throw ControlProblem(sentence: "\(name) must be a number.")
    }

    /// A whole number that is not negative.
    func count(_ name: String, default value: Int? = nil) throws(ControlProblem) -> Int {
        let number = try number(name, default: value.map(Double.init))
        guard let count = Int(exactly: number), count >= 0 else {
            throw ControlProblem(sentence: "\(name) must be a whole number that is not negative.")
        }
        return count
    }
}
