import Testing

@testable import Okta

@Suite struct `A link to the next page` {
    @Test(
        arguments: [
            (["<https://a.okta.com/x?after=1&limit=2>; rel=\"next\""], "https://a.okta.com/x?after=1&limit=2"),
            (["<https://a/self>; rel=\"self\"", "<https://a/next>; rel=\"next\""], "https://a/next"),
            (["<https://a/self>; rel=\"self\", <https://a/next>; rel=\"next\""], "https://a/next"),
            (["<https://a/1>; title=\"a, b\"; rel=next"], "https://a/1"),
            (["<https://a/?q=a,b;c>;rel=\"next\""], "https://a/?q=a,b;c"),
            (["<https://a/1>; REL=\"next\""], "https://a/1"),
        ]
    )
    func `is found among header lines and values`(lines: [String], target: String) {
        #expect(Link.next(in: lines) == target)
    }

    @Test(arguments: [[], [""], ["<https://a/self>; rel=\"self\""], ["https://a; rel=\"next\""], ["<https://a"]])
    func `is absent on the last page`(lines: [String]) {
        #expect(Link.next(in: lines) == nil)
    }
}
