import Hummingbird
import NIOCore
import WebUI

/// Gives the stylesheet, the script and the icon to pages of ours on this machine.
struct AssetPages: RouterMiddleware {
    typealias Context = LocalContext

    /// Called with each one that is asked for, before it is answered.
    var onAsked: @Sendable (Asset) -> Void = { _ in }

    func handle(
        _ request: Request,
        context: LocalContext,
        next: (Request, LocalContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get, let asset = Asset.all.first(where: { "/assets/\($0.name)" == request.uri.path })
        else { return try await next(request, context) }
        onAsked(asset)
        return Response(
            status: .ok,
            headers: [.contentType: asset.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes))
        )
    }
}
