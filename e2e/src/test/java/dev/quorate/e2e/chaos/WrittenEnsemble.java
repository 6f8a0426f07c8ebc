package dev.quorate.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.MemberProcess;
import dev.quorate.e2e.process.ServerKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Three members under clients that write all the time, each at a member of its own choice. */
final class WrittenEnsemble implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MEMBERS = 3;

    private final EnsembleProcesses ensemble;
    private final List<Writer> writers = new ArrayList<>();

    private WrittenEnsemble(EnsembleProcesses ensemble) {
        this.ensemble = ensemble;
    }

    /** @param settings further lines of every zoo.cfg */
    static WrittenEnsemble start(Path folder, int writers, Map<String, String> settings)
            throws IOException, InterruptedException {
        var written = new WrittenEnsemble(EnsembleProcesses
                .start(new EnsembleProcesses.Options(ServerKind.chosen(), folder, MEMBERS).with(settings)));
        try {
            for (int i = 0; i < writers; i++) {
                MemberProcess member = written.ensemble.member(1 + i % MEMBERS);
                var writer = new Writer("/writer-" + i, member.id(), member.clientAddress());
                written.writers.add(writer);
                writer.start();
            }
            return written;
        } catch (IOException | RuntimeException failed) {
            written.close();
            throw failed;
        }
    }

    EnsembleProcesses members() {
        return ensemble;
    }

    List<Writer> writers() {
        return writers;
    }

    /** Waits until each of these writers was acknowledged a write that it had not been before. */
    void awaitWrites(Predicate<Writer> which) {
        long sinceNs = System.nanoTime();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(writers)
                .filteredOn(which)
                .allMatch(writer -> writer.lastAcknowledgedNs() - sinceNs > 0, "has written"));
    }

    /** Something that takes a while. */
    interface Action {
        void run() throws Exception;
    }

    /** The longest time that any of these writers waited between two acknowledgments while this went on. */
    long longestGapMs(Predicate<Writer> which, Action action) throws Exception {
        writers.forEach(Writer::forgetGap);
        action.run();
        return writers.stream().filter(which).mapToLong(Writer::longestGapNs).max().orElseThrow() / 1_000_000;
    }

    /** How often each writer's connection was lost so far. */
    Map<Writer, Integer> disconnects() {
        Map<Writer, Integer> disconnects = new HashMap<>();
        writers.forEach(writer -> disconnects.put(writer, writer.disconnects()));
        return disconnects;
    }

    /** Fails when one of these writers has lost its connection since, or any writer its session. */
    void checkConnections(Predicate<Writer> which, Map<Writer, Integer> since, String when) {
        assertThat(writers).as("connections, %s", when).filteredOn(which)
                .allMatch(writer -> writer.disconnects() == since.getOrDefault(writer, -1), "stayed connected");
        assertThat(writers).as("sessions, %s", when).noneMatch(Writer::expired);
    }

    @Override
    public void close() throws InterruptedException {
        for (Writer writer : writers)
            writer.close();
        ensemble.close();
    }
}
