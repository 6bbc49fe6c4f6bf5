import Foundation
import Hummingbird

extension ControlAPI {
    func addChanges<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.post, "changes") { [org] body, _, _ in
            let change = try Org.Change(body)
            if let group = change.group, org.group(group)?.kind != .okta {
                throw ControlProblem(sentence: "group must be the id of a group that was made in Okta.")
            }
            let ids = org.apply(change)
            return .json { writer in
                writer.object { writer in
                    writer.member("count", ids.count)
                    writer.member("ids", ids)
                }
            }
        }
    }
}

extension Org.Change {
    init(_ body: ControlBody) throws(ControlProblem) {
        guard let action = Action(rawValue: try body.text("action")) else {
            let all = Action.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlProblem(sentence: "action must be one of \(all).")
        }
        let group = body["group"]?.string.map { Org.Group.ID($0) }
        if group == nil, [.addToGroup, .removeFromGroup].contains(action) {
            throw ControlProblem(sentence: "group must be the id of a group that was made in Okta.")
        }
        self.init(
            action,
            try Share(body, action),
            group: group,
            seed: UInt64(try body.count("seed", default: 1))
        )
    }
}

extension Org.Change.Share {
    fileprivate init(_ body: ControlBody, _ action: Org.Change.Action) throws(ControlProblem) {
        if action == .createGroups {
            self = .count(try body.count("count", default: 1))
        } else if let ids = body["ids"]?.array {
            self = .ids(ids.compactMap(\.string))
        } else if body.has("count") {
            self = .count(try body.count("count"))
        } else {
            guard body.has("percent") else { throw ControlProblem(sentence: "percent, count or ids must be given.") }
            let percent = try body.number("percent")
            guard (0...100).contains(percent) else { throw ControlProblem(sentence: "percent must be from 0 to 100.") }
            self = .percent(percent)
        }
    }
}
