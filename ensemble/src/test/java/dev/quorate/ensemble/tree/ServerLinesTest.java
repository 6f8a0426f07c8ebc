package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerLinesTest {
    private static final String THREE = "server.1=a:1:2;3\nserver.2=b:1:2;3\nserver.3=c:1:2:observer;3\n";

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            h:1:2 => h:1:2:participant
            h:1:2;3 => h:1:2:participant;h:3
            h:1:2:observer;0.0.0.0:3 => h:1:2:observer;h:3
            h:1:2:PARTICIPANT;[::]:3 => h:1:2:participant;h:3
            h:1:2;[fe80::1]:3 => h:1:2:participant;[fe80::1]:3
            [::1]:1:2:observer => [::1]:1:2:observer
            h : 1 : 2 ; c : 3 => h:1:2:participant;c:3""")
    void aLineIsWrittenAsZooKeeperDoesWithAnAddressForClients(String value, String expected) throws Exception {
        var line = ServerLine.parse("server.7", value);
        assertThat(line.text()).isEqualTo(expected);
        assertThat(ServerLine.parse("7", line.text()).text()).isEqualTo(expected);
        assertThat(line.id()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            a => is not understood: write host:peerPort
            a:1 => is not understood
            a:1:2:observer:4 => is not understood
            a:1:2; => is not understood
            a:1:2;b:3:4 => is not understood
            a:1:2;3;4 => is not understood
            :1:2 => is not understood
            a/b:1:2 => is not understood
            [::1:2 => is not understood
            a:1:1 => the peer port and the election port must be different
            a:x:2 => port x is not between 1 and 65535
            a:1:65536 => port 65536 is not between
            a:1:2;0 => port 0 is not between
            a:1:2:boss => neither participant nor observer
            a:1:2|b:1:2 => several addresses for one member""")
    void aBadLineIsToldWithWhatToWrite(String value, String expected) {
        assertThatThrownBy(() -> ServerLine.parse("server.7", value)).isInstanceOf(BadServerLine.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"server.x", "server.", "server.0", "server.-1", "server.2147483648", "server.99999999999999999999"})
    void aNumberIsPositiveAndFits(String key) {
        assertThatThrownBy(() -> ServerLine.parse(key, "a:1:2")).isInstanceOf(BadServerLine.class)
                .hasMessageContaining("is not a member's number");
    }

    @Test
    void allMembersAreSeparatedByCommasOrLines() throws Exception {
        assertThat(ServerLines.all(THREE + "version=100000001")).isEqualTo(ServerLines.all(THREE.replace('\n', ',')))
                .extracting(ServerLine::id).containsExactly(1, 2, 3);
        assertThat(ServerLines.text(ServerLines.all("server.2=b:1:2;3\r\nserver.1 = a:1:2;3")))
                .isEqualTo("server.1=a:1:2:participant;a:3\nserver.2=b:1:2:participant;b:3\n");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
            server.1=a:1:2,group.1=1:2 => write server.N=
            server.1=a:1:2,x => write server.N=
            server.1=a:1:2,server.1=b:1:2 => server.1 is there twice
            server.1=a:1:2,server.2=a:1:4 => has the address of another member
            server.1=a:1:2;5,server.2=b:1:4;a:5 => has the address of another member
            server.1=a:1:2:observer => no participant would be left
            version=5 => no participant would be left""")
    void aBadListIsToldWithWhatToWrite(String members, String expected) {
        assertThatThrownBy(() -> ServerLines.all(members)).isInstanceOf(BadServerLine.class)
                .hasMessageContaining(expected);
    }

    @Test
    void membersLeaveJoinAndTakeEachOthersPlace() throws Exception {
        assertThat(ids(changed(null, "2"))).containsExactly(1, 3);
        assertThat(ids(changed(null, " 2 ,9,"))).containsExactly(1, 3);
        assertThat(ids(changed("server.4=d:1:2;3,server.5=e:1:2;3", null))).containsExactly(1, 2, 3, 4, 5);
        var swapped = changed("server.4=b:1:2;3", "2");
        assertThat(ids(swapped)).containsExactly(1, 3, 4);
        var promoted = changed("server.3=c:1:2:participant;3", null);
        assertThat(promoted.get(2).observer()).isFalse();
        assertThat(ids(changed("4=d:1:2;3", ""))).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", nullValues = "-", textBlock = """
            server.4=d:1:2 => - => names no client port
            server.4 => - => write server.N=
            server.4=b:1:2;3 => - => has the address of another member
            - => 2,x => "x" is not a member's number
            - => 1,2 => no participant would be left
            server.1=a:1:2:observer;3 => 2 => no participant would be left""")
    void aBadDifferenceIsToldWithWhatToWrite(@Nullable String joining, @Nullable String leaving, String expected) {
        assertThatThrownBy(() -> changed(joining, leaving)).isInstanceOf(BadServerLine.class)
                .hasMessageContaining(expected);
    }

    private static List<ServerLine> changed(@Nullable String joining, @Nullable String leaving) throws Exception {
        return ServerLines.changed(ServerLines.all(THREE), joining, leaving);
    }

    private static List<Integer> ids(List<ServerLine> members) {
        return members.stream().map(ServerLine::id).toList();
    }
}
