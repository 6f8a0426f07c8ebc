package dev.quorate.ensemble.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.member.Awaiting;
import dev.quorate.ensemble.member.Histogram;
import dev.quorate.ensemble.member.Status;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.Stat;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.PeerView;
import dev.quorate.ensemble.zab.PeerView.RoleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipCommandsTest {
    private static final String ADD = "{\"add\":[\"server.5=e:1:2;3\"]}";

    private final List<Command> ordered = new ArrayList<>();
    private final List<Awaiting> awaiting = new ArrayList<>();
    private boolean inSync = true;

    @Test
    void aDifferenceIsOrderedAndAnsweredWhenItIsDone() throws Exception {
        var answer = post("/v1/reconfig",
                "{\"add\":[\"server.5=e:1:2;3\",\"server.6=f:1:2;3\"],\"remove\":[2,1],\"fromVersion\":\"0x100000001\"}");
        assertThat(ordered).containsExactly(
                new Command.Reconfig("server.5=e:1:2;3,server.6=f:1:2;3", "2,1", null, 0x100000001L));
        assertThat(answer).isNotDone();
        awaiting.getFirst().applied(0x100000009L, new Outcome.Reconfigured(Bytes.utf8("server.5=e\nversion=1"),
                new Stat(1, 0x100000009L, 0, 0, -1, 0, 0, 0, 0, 0, 0)));
        assertThat(text(answer)).isEqualTo("200 {\"config\":\"server.5=e\\nversion=1\","
                + "\"configVersion\":\"0x100000009\",\"zxid\":\"0x100000009\"}\n");
    }

    @Test
    void allMembersAndTheLevelAreOrdered() throws Exception {
        assertThat(post("/v1/reconfig", "{\"members\":[\"server.1=a:1:2;3\"],\"fromVersion\":7}")).isNotDone();
        assertThat(post("/v1/level", "{\"level\":2}")).isNotDone();
        assertThat(ordered).containsExactly(new Command.Reconfig("", "", "server.1=a:1:2;3", 7),
                new Command.RaiseLevel(2));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            BAD_VERSION => 409 {"code":"BadVersion","error":"the members were changed in between: read configVersion
            RECONFIG_IN_PROGRESS => 409 {"code":"ReconfigInProgress","error":"another change is under way
            NEW_CONFIG_NO_QUORUM => 409 {"code":"NewConfigNoQuorum","error":"a member that is to vote is not in sync
            BAD_ARGUMENTS => 400 {"code":"BadArguments","error":"these can't be the members
            SYSTEM_ERROR => 500 {"code":"SystemError","error":"it failed""")
    void whatBecameOfItIsToldWithWhatToDo(ErrorCode error, String expected) throws Exception {
        var answer = post("/v1/reconfig", ADD);
        awaiting.getFirst().applied(1, new Outcome.Failed(error));
        assertThat(text(answer)).startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", quoteCharacter = '`', textBlock = """
            /v1/reconfig => x => the body is not JSON
            /v1/reconfig => [] => the body is not an object
            /v1/reconfig => {"add":{}} => the field add is neither a text
            /v1/reconfig => {"add":[null]} => the field add is neither a text
            /v1/reconfig => {"ad":1} => the field ad is not known
            /v1/reconfig => {} => send either members, or add and remove
            /v1/reconfig => {"members":"server.1=a:1:2","remove":1} => send either members, or add and remove
            /v1/reconfig => {"remove":"1","fromVersion":"x"} => fromVersion is
            /v1/reconfig => {"remove":[1,2]} => no participant would be left
            /v1/reconfig => {"add":"server.5=e:1"} => is not understood: write host:peerPort
            /v1/reconfig => {"add":"server.3=e:1:2;3"} => number 3 was given before
            /v1/level => {"level":3} => the level is 1 and is raised by one""")
    void whatIsPlainlyWrongIsNotOrdered(String path, String body, String expected) throws Exception {
        assertThat(text(post(path, body))).startsWith("400 {\"code\":\"BadArguments\",\"error\":\"").contains(expected);
        assertThat(ordered).isEmpty();
    }

    @Test
    void aMemberInNoQuorumSendsTheCallerElsewhere() throws Exception {
        inSync = false;
        assertThat(text(post("/v1/reconfig", ADD))).startsWith("503 {\"error\":\"this member is in no quorum now");
        assertThat(ordered).isEmpty();
    }

    @Test
    void whatIsNotDecidedInTimeIsTold() throws Exception {
        assertThat(text(post("/v1/reconfig", ADD, 1))).startsWith("504 ").contains("look at /v1/status");
    }

    private CompletableFuture<String> post(String path, String body) {
        return post(path, body, 60_000);
    }

    private CompletableFuture<String> post(String path, String body, int limitMs) {
        var configuration = new Configuration(0x100000001L, 1, 4, List.of(new ConfigMember(1, 1, true, "a:1:2;3"),
                new ConfigMember(2, 1, true, "b:1:2;3"), new ConfigMember(4, 1, false, "d:1:2:observer;3")), null);
        var view = new PeerView(RoleName.FOLLOWING, 2, 1, 5, inSync, 1, 1, List.of(), 1, configuration, null);
        var status = new Status(new Status.Identity(1, "c", 1, 1, true, "h:2181", 5), view,
                new Status.Membership(configuration, null), new Status.Tree(1, 1, 1, 1, 1, 1, 1),
                new Status.Work(1, 1, 1, 1, 1, 1), new Status.Disk(1, false, false, 1));
        var seen = new Observation(status, new Observation.Traffic(0, 0, 0, 0, 0, 0, 0, 0, new Histogram()), false);
        var membership = new MembershipCommands((command, outcome) -> {
            ordered.add(command);
            awaiting.add(outcome);
        });
        var answer = new CompletableFuture<String>();
        new AdminCommands(new AskLoop(Runnable::run, () -> seen, 1000), "secret", limitMs,
                Map.of("/v1/reconfig", membership::reconfig, "/v1/level", membership::raiseLevel))
                .post(path, "secret", body, (code, type, text) -> answer.complete(code + " " + text));
        return answer;
    }

    private static String text(CompletableFuture<String> answer) throws Exception {
        return answer.get(10, TimeUnit.SECONDS);
    }
}
