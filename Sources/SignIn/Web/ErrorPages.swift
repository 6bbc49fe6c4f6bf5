import Foundation
import HTTPTypes
public import Hummingbird
import Logging
import Storage
import WebUI

/// Turns what a route throws into an answer: a page for browsers, a ``Problem`` for programs.
///
/// Here, and only here, an unexpected error is logged.
public struct ErrorPages: RouterMiddleware {
    public typealias Context = WebContext

    public init() {}

    public func handle(
        _ request: Request,
        context: WebContext,
        next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let answer = answer(to: error, request, context)
            // What follows on the connection would be taken for the body (RFC 9110 §9.3.2).
            return request.method == .head ? answer.createHeadResponse() : answer
        }
    }

    private func answer(to error: any Error, _ request: Request, _ context: WebContext) -> Response {
        switch error {
        case let interruption as Interruption: return interruption.answer
        case let problem as Problem: return problem.response
        default:
            let problem = Problem(error, method: request.method)
            if problem.status.kind == .serverError {
                context.logger.error(
                    "A request failed.",
                    metadata: ["path": "\(request.uri.path)", "cause": "\(String(reflecting: error))"]
                )
            }
            var response = request.acceptsPages ? problem.page : problem.response
            if let refused = error as? MethodNotAllowed { response.headers[.allow] = refused.allow }
            return response
        }
    }
}

extension Problem {
    fileprivate init(_ error: any Error, method: HTTPRequest.Method) {
        switch error {
        case let error as StoreError: self.init(error)
        case is MethodNotAllowed:
            self.init(
                .methodNotAllowed,
                "This page does not take what was sent to it.",
                detail: "Go to the start page, and open the page from there."
            )
        case let error as any HTTPResponseError: self.init(error.status, method: method)
        default:
            self.init(
                .internalServerError,
                "Something went wrong on our side.",
                detail: "Try again; if it stays, the server's log says what happened."
            )
        }
    }

    private init(_ error: StoreError) {
        let status: HTTPResponse.Status =
            switch error {
            case .notFound: .notFound
            case .alreadyExists, .conflict, .leaseLost: .conflict
            case .denied: .forbidden
            case .tooManyAttempts, .onlyKnownBrowsers: .tooManyRequests
            case .unavailable, .cannotWrite, .busy: .serviceUnavailable
            default: .internalServerError
            }
        self.init(
            status,
            error.errorDescription ?? "Something went wrong on our side.",
            detail: error.recoverySuggestion
        )
    }

    private init(_ status: HTTPResponse.Status, method: HTTPRequest.Method) {
        switch status {
        case .notFound:
            self.init(status, "There is no such page.", detail: "Check the address, or go to the start page.")
        case .forbidden where method == .get:
            self.init(status, "Your role does not allow this.", detail: "Ask an owner of the organisation.")
        case .forbidden:
            self.init(
                status,
                "This was not done.",
                detail: "Your role does not allow it, or the page was out of date. Load the page again and repeat it."
            )
        case .contentTooLarge:
            self.init(status, "This form is too large.", detail: "Choose less, and send it again.")
        default:
            self.init(status, "The request was not understood.", detail: "Go back, load the page again and repeat it.")
        }
    }

    /// The same, for people.
    fileprivate var page: Response {
        let content: HTML = """
            \(detail.map { "<p>\($0)</p>" as HTML })
            <div class="actions">\(Button("Go to the start page", .secondary, to: "/"))</div>
            """
        return Page(Self.heading(title), layout: .plain, content).html.response(status: status)
    }

    /// A heading has no full stop.
    private static func heading(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
}

extension Request {
    /// Whether a person looks at the answer. Programs ask for JSON, or say nothing.
    fileprivate var acceptsPages: Bool {
        headers[values: .accept].contains { $0.contains("text/html") }
    }
}
