package dev.quorate.ensemble.tree;

import static dev.quorate.ensemble.tree.TestTree.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access lists: ZooKeeper's semantics, one test each. */
class AccessRulesTest {
    private static final Identity ME = new Identity("digest", "me:hash");

    private final TestTree tree = new TestTree();
    private final Caller owner = tree.digest("me");

    @Test
    void everyOperationNeedsItsPermission() {
        tree.create(owner, "/p", "", CreateMode.PERSISTENT, List.of(new Acl(Acl.ALL, ME)));
        tree.create(owner, "/p/c", "", CreateMode.PERSISTENT, Acl.OPEN);
        assertFailed(tree.create("/p/x"), ErrorCode.NO_AUTH);
        assertFailed(tree.delete("/p/c"), ErrorCode.NO_AUTH);
        assertFailed(tree.delete("/p/missing"), ErrorCode.NO_AUTH);
        assertFailed(tree.setData("/p", ""), ErrorCode.NO_AUTH);
        assertFailed(tree.apply(new Command.SetAcl("/p", Acl.OPEN, -1)), ErrorCode.NO_AUTH);
        assertFailed(tree.read(new Request.GetData("/p", false)), ErrorCode.NO_AUTH);
        assertFailed(tree.read(new Request.Exists("/p", true)), ErrorCode.NO_AUTH);
        assertFailed(tree.read(new Request.GetChildren("/p", false, true)), ErrorCode.NO_AUTH);
        assertFailed(tree.read(new Request.GetAcl("/p")), ErrorCode.NO_AUTH);
        assertThat(tree.tree.watchCount()).isZero();
        assertThat(tree.apply(owner, new Command.Delete("/p/c", -1))).isEqualTo(new Outcome.Deleted());
    }

    @Test
    void superMayDoEverything() {
        tree.create(owner, "/p", "", CreateMode.PERSISTENT, List.of(new Acl(Acl.READ, ME)));
        Caller admin = TestTree.with(tree.caller, Identity.SUPER);
        assertThat(tree.apply(admin, new Command.SetData("/p", null, -1))).isInstanceOf(Outcome.StatResult.class);
    }

    @Test
    void authMeansWhatTheClientProvedToBe() {
        List<Acl> auth = List.of(new Acl(Acl.ALL, new Identity("auth", "")));
        assertFailed(tree.create(tree.caller, "/p", "", CreateMode.PERSISTENT, auth), ErrorCode.INVALID_ACL);
        tree.create(owner, "/p", "", CreateMode.PERSISTENT, auth);
        assertThat(tree.read(new Request.GetAcl("/p"), owner)).isInstanceOfSatisfying(Response.AclResult.class,
                result -> assertThat(result.acl()).containsExactly(new Acl(Acl.ALL, ME)));
    }

    @Test
    void whoMayNotAdministerSeesNoHashes() {
        tree.create(owner, "/p", "", CreateMode.PERSISTENT,
                List.of(new Acl(Acl.ALL, ME), new Acl(Acl.READ, Identity.ANYONE)));
        assertThat(tree.read(new Request.GetAcl("/p"))).isInstanceOfSatisfying(Response.AclResult.class,
                result -> assertThat(result.acl()).containsExactly(new Acl(Acl.ALL, new Identity("digest", "me:x")),
                        new Acl(Acl.READ, Identity.ANYONE)));
    }

    @Test
    void setAclCountsAversionAndRepetitionsGo() {
        tree.create("/p");
        Acl line = new Acl(Acl.ALL, Identity.ANYONE);
        Acl other = new Acl(Acl.READ, ME);
        assertThat(tree.apply(new Command.SetAcl("/p", List.of(line, other, line), 0)))
                .isInstanceOfSatisfying(Outcome.StatResult.class, r -> {
                    assertThat(r.stat().aversion()).isOne();
                    assertThat(r.stat().version()).isZero();
                });
        assertThat(tree.read(new Request.GetAcl("/p"))).isInstanceOfSatisfying(Response.AclResult.class,
                result -> assertThat(result.acl()).containsExactly(line, other));
        assertFailed(tree.apply(new Command.SetAcl("/p", Acl.OPEN, 0)), ErrorCode.BAD_VERSION);
        assertFailed(tree.apply(new Command.SetAcl("/p", List.of(), -1)), ErrorCode.INVALID_ACL);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, true", "10.0.0.0/8, true", "10.1.2.0/24, true", "10.1.3.0/24, false", "0.0.0.0/0, true",
            "10.1.2.2/31, true", "10.1.2.4/30, false", "::1, false"})
    void anAddressOrANetworkOfItMayBeNamed(String expression, boolean allowed) {
        assertThat(IpScheme.valid(expression)).isTrue();
        assertThat(IpScheme.matches("10.1.2.3", expression)).isEqualTo(allowed);
        assertThat(Access.allowed(List.of(new Acl(Acl.READ, new Identity("ip", expression))), Acl.READ,
                List.of(new Identity("ip", "10.1.2.3")))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8::/32, true", "2001:db8:0:0:0:0:0:5, true", "2001:db8::6, false", "::/0, true"})
    void newAddressesWorkToo(String expression, boolean allowed) {
        assertThat(IpScheme.matches("2001:db8::5", expression)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "10.0.0", "10.0.0.256", "10.0.0.1/33", "10.0.0.1/x", "1.2.3.4.5", "a.b.c.d",
            "1:2:3", "1::2::3", "12345::", ":::", "1:2:3:4:5:6:7:8:9"})
    void whatIsNoAddressIsNoAccessList(String expression) {
        assertThat(IpScheme.valid(expression)).isFalse();
        assertFailed(tree.create(tree.caller, "/p", "", CreateMode.PERSISTENT,
                List.of(new Acl(Acl.READ, new Identity("ip", expression)))), ErrorCode.INVALID_ACL);
    }

    @Test
    void aListThatNobodyHasAnyMoreGoesAndItsNumberIsUsedAgain() {
        Acls acls = new Acls();
        int first = acls.number(Acl.READ_ONLY);
        acls.use(first);
        acls.settle();
        acls.release(first);
        assertThat(acls.acl(first)).isEqualTo(Acl.READ_ONLY);
        acls.settle();
        assertThat(acls.number(List.of(new Acl(1, ME)))).isEqualTo(first);
    }
}
