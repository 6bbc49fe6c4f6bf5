import Testing

@testable import Okta

@Suite struct `An address` {
    @Test(
        arguments: [
            [10, 0, 0, 1], [127, 0, 0, 1], [169, 254, 169, 254], [172, 31, 0, 1], [192, 168, 0, 1], [100, 64, 0, 1],
            [0, 0, 0, 0], [224, 0, 0, 1], [255, 255, 255, 255],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1], [],
        ] as [[UInt8]]
    )
    func `inside a private network is not public`(bytes: [UInt8]) {
        #expect(!PublicAddress.isPublic(bytes))
    }

    @Test(
        arguments: [
            [8, 8, 8, 8], [172, 32, 0, 1], [100, 128, 0, 1], [192, 0, 2, 1],
            [0x20, 0x01, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 8, 8, 8, 8],
        ] as [[UInt8]]
    )
    func `elsewhere is public`(bytes: [UInt8]) {
        #expect(PublicAddress.isPublic(bytes))
    }

    @Test func `of this machine is refused by name too`() async {
        await #expect(throws: OktaError.self) { try await PublicAddress.verify("localhost") }
    }
}
