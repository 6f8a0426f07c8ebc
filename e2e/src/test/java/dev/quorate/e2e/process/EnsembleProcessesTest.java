package dev.quorate.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness does to real processes what its names say. */
class EnsembleProcessesTest {
    @TempDir
    Path folder;

    @Test
    void aLeaderThatIsKilledOrPausedIsReplacedAndComesBack() throws Exception {
        try (var ensemble = EnsembleProcesses.start(new EnsembleProcesses.Options(ServerKind.chosen(), folder, 3))) {
            var first = ensemble.leader();
            first.kill();
            assertThat(first.isAlive()).isFalse();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> ensemble.leader() != first);
            first.start();
            ensemble.awaitServing(Duration.ofSeconds(30));

            var second = ensemble.leader();
            second.pause();
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> otherLeads(ensemble, second));
            second.resume();
            await().atMost(Duration.ofSeconds(30)).until(() -> second.role().filter("follower"::equals).isPresent());

            assertThat(first.stop(Duration.ofSeconds(10))).isIn(0, 143);
        }
    }

    private static boolean otherLeads(EnsembleProcesses ensemble, MemberProcess old) {
        return ensemble.members().stream().filter(member -> member != old)
                .anyMatch(member -> member.role().filter("leader"::equals).isPresent());
    }
}
