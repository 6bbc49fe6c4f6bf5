import Foundation
import Hummingbird

extension ControlAPI {
    /// The truth about the org, for tests that compare.
    func addDirectory<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.get, "directory") { [org] _, request, _ in
            let withEveryone = request.query["everyone"] != "false"
            return org.read { state in
                .json { writer in
                    writer.reserve(state.people.count * 200)
                    writer.object { writer in
                        writer.object("groups") { state.writeGroups(to: &$0, withEveryone: withEveryone) }
                        writer.object("users") { state.writePeople(to: &$0) }
                    }
                }
            }
        }
    }
}

extension Org.State {
    fileprivate func writeGroups(to writer: inout JSONWriter, withEveryone: Bool) {
        for group in groupIDs.all.compactMap({ groups[$0] }) {
            writer.object(group.id.description) { writer in
                writer.member("name", group.name)
                let isLeftOut = group.id == everyone && !withEveryone
                writer.member("members", isLeftOut ? [] : members(of: group.id).all.map(\.description))
            }
        }
    }

    fileprivate func writePeople(to writer: inout JSONWriter) {
        for person in peopleIDs.all.compactMap({ people[$0] }) {
            writer.object(person.id.description) { writer in
                writer.member("status", person.status.rawValue)
                writer.member("login", person.login)
                writer.member("email", person.profile.email)
                writer.member("first_name", person.profile.firstName)
                writer.member("last_name", person.profile.lastName)
            }
        }
    }
}
