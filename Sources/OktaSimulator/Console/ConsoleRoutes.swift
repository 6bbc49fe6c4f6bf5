import HTTPTypes
import Hummingbird

/// Adds the pages of signed-in people to the router: the person's own, and those of the admin console.
struct ConsoleRoutes<Context: RequestContext> {
    let entrance: Entrance
    let router: Router<Context>

    func get(_ path: RouterPath, for visitors: Entrance.Visitors = .administrators, _ page: @escaping Entrance.Page) {
        let entrance = entrance
        router.get(path) { request, context in
            try await entrance.answer(request, context.parameters, form: request.query, visitors, page)
        }
    }

    func post(
        _ path: RouterPath,
        for visitors: Entrance.Visitors = .superAdministrators,
        _ page: @escaping Entrance.Page
    ) {
        let entrance = entrance
        router.post(path) { request, context in
            let form = try await request.form()
            if let refusal = entrance.refusal(of: request, form: form) { return refusal }
            return try await entrance.answer(request, context.parameters, form: form, visitors, page)
        }
    }
}

/// Lets a signed-in person in, or not, and turns what the org refuses into a page.
struct Entrance: Sendable {
    typealias Page = @Sendable (Visit) async throws -> Response

    /// Who may come in.
    enum Visitors: Sendable {
        case everyone
        case administrators
        /// Who may change things: super administrators.
        case superAdministrators

        func contains(_ person: Org.Person) -> Bool {
            switch self {
            case .everyone: true
            case .administrators: person.role != nil
            case .superAdministrators: person.role == .superAdmin
            }
        }
    }

    let org: Org
    let notes = SessionNotes()

    func answer(
        _ request: Request,
        _ path: Parameters,
        form: Form,
        _ visitors: Visitors,
        _ page: Page
    ) async throws -> Response {
        guard let (session, person) = request.session(in: org) else {
            return .seeOther(SignInPage.path(goOn: request.method == .get ? request.uri.string : nil))
        }
        guard visitors.contains(person) else {
            return refusal("Access denied", "You do not have permission to perform the requested action.")
        }
        let visit = Visit(org: org, notes: notes, person: person, session: session, path: path, form: form)
        do {
            return try await Org.$actor.withValue(.init(person)) { try await page(visit) }
        } catch let failure as OktaFailure {
            return ConsolePage("That did not work", .dashboard, "<p>\(failure.sentence)</p>")
                .response(visit, status: HTTPResponse.Status(code: failure.status))
        }
    }

    /// The answer to a form that a page of this session did not send; nil for one that it did.
    func refusal(of request: Request, form: Form) -> Response? {
        guard let (session, _) = request.session(in: org) else { return .seeOther(SignInPage.path) }
        let isOurs = request.isSameOrigin(as: org) && form[Visit.tokenField] == Visit.formToken(of: session)
        return isOurs ? nil : refusal("This form is out of date", "Go back, reload the page and try again.")
    }

    private func refusal(_ title: String, _ sentence: String) -> Response {
        Document.card(title, organisation: org.name, "<p>\(sentence)</p><p><a href=\"/app/UserHome\">My apps</a></p>")
            .response(.forbidden)
    }
}
