import Foundation
import Hummingbird

extension ControlAPI {
    func addUniversalLogout<Context>(to routes: ControlRoutes<Context>) {
        routes.on(.get, "universal-logout/deliveries") { [org] _, _, _ in
            .json { writer in
                writer.array { writer in
                    for delivery in org.logouts.deliveries { delivery.write(to: &writer) }
                }
            }
        }
        routes.on(.post, "universal-logout/settings") { [org] body, _, _ in
            guard let app = org.app(clientID: try body.text("client_id")) else { throw ControlProblem.notFound }
            let name = body.has("subject_format") ? try body.text("subject_format") : "iss_sub"
            guard let format = Org.UniversalLogout.SubjectFormat(rawValue: name) else {
                throw ControlProblem(sentence: "subject_format must be iss_sub or email.")
            }
            let logout = Org.UniversalLogout(endpoint: try body.text("endpoint"), subjectFormat: format)
            do throws(OktaFailure) {
                try org.setUniversalLogout(logout, of: app.id)
            } catch {
                throw ControlProblem(sentence: error.sentence)
            }
            return .noContent
        }
    }
}

extension Org.LogoutDelivery {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("client_id", app.description)
            writer.member("user", person.description)
            writer.member("status", status.map { JSON.number(Double($0)) } ?? .null)
            writer.member("answer", answer)
            writer.member("at", OktaTime.preciseText(at))
        }
    }
}
