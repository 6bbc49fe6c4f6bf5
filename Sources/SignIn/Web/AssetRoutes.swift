import HTTPTypes
import Hummingbird
import NIOCore
import WebUI

/// Serves the stylesheet, the script and the icon that pages refer to.
struct AssetRoutes {
    func add(to router: Router<WebContext>) {
        for asset in Asset.all {
            let body = ByteBuffer(bytes: asset.bytes)
            router.get(RouterPath("/assets/\(asset.name)")) { request, _ -> Response in
                // The path with the fingerprint always names the same bytes; without it, they may change.
                let isPinned = request.uri.query == asset.path.text.split(separator: "?").last.map(String.init)
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: asset.contentType,
                        .cacheControl: isPinned ? "public, max-age=31536000, immutable" : "no-store",
                    ],
                    body: ResponseBody(byteBuffer: body)
                )
            }
        }
    }
}
