import Access
import Directory
import GatewayAPI
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// Makes a machine a gateway, by the code that an administrator was given for it.
struct EnrolmentRoute: Sendable {
    let store: Store
    private let limit = EnrolmentLimit()

    init(store: Store) {
        self.store = store
    }

    func add(to router: Router<WebContext>) {
        router.post(RouterPath(GatewayPath.enrolment)) { request, context in
            let source = NetworkSource.of(context.address)
            try await limit.admit(source)
            let asked = try await request.message(GatewayEnrolment.self, upTo: 4 << 10)
            let enrolled = try await enrol(asked, from: context.origin(of: request))
            await limit.forgive(source)
            return Response.json(enrolled, status: .created)
        }
    }

    private func enrol(_ asked: GatewayEnrolment, from origin: Origin) async throws -> EnrolledGateway {
        do throws(StoreError) {
            let (gateway, site, token) = try await store.enrolGateway(
                code: asked.code,
                publicKey: asked.publicKey,
                from: origin
            )
            return EnrolledGateway(
                id: gateway.id.rawValue,
                name: gateway.name,
                site: site.name,
                endpoint: gateway.endpoint,
                token: token.value
            )
        } catch {
            throw Self.problem(error) ?? error
        }
    }

    /// The same in words for who sits at the gateway.
    private static func problem(_ error: StoreError) -> (any Error)? {
        switch error {
        case .notFound(let sentence):
            SignIn.Problem(.forbidden, sentence, detail: "Make a new code for the gateway in Manager, under Sites.")
        case .conflict(let sentence):
            SignIn.Problem(.badRequest, sentence, detail: "Let timus-gateway make the key.")
        case .alreadyExists(let sentence):
            SignIn.Problem(
                .conflict,
                sentence,
                detail: "Remove the gateway's state folder, and enrol it with a new key."
            )
        default: nil
        }
    }
}
