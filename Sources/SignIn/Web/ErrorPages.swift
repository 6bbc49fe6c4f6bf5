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
        } catch let interruption as Interruption {
            return interruption.answer
        } catch let problem as Problem {
            return problem.response
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let problem = Problem(error, method: request.method)
            if problem.status.kind == .serverError {
                context.logger.error(
                    "A request failed.",
                    metadata: ["path": "\(request.uri.path)", "cause": "\(String(reflecting: error))"]
                )
            }
            return request.acceptsPages ? problem.page : problem.response
        }
    }
}

extension Problem {
    fileprivate init(_ error: any Error, method: HTTPRequest.Method) {
        switch error {
        case let error as StoreError: self.init(error)
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
            case .tooManyAttempts: .tooManyRequests
            case .unavailable, .cannotWrite: .serviceUnavailable
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
