package dev.quorate.e2e.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quorate.e2e.process.EnsembleProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The Python client kazoo, in a virtual environment of its own. */
@ExtendWith(SharedEnsemble.class)
class KazooTest {
    private static final String KAZOO = "kazoo==2.11.0";
    private static final Path ENVIRONMENT = Path.of("target", "kazoo");

    @TempDir
    Path folder;

    private record Ended(int code, String output) {}

    @Test
    void kazooFindsAllThatItReliesOn(EnsembleProcesses ensemble) throws Exception {
        assumeTrue(hasKazoo(), "skipped: python3 with venv and " + KAZOO + " from PyPI are not to be had here");
        var script = folder.resolve("kazoo_check.py");
        try (var source = Objects.requireNonNull(KazooTest.class.getResourceAsStream("kazoo_check.py"))) {
            Files.copy(source, script);
        }
        var ended = run(
                List.of(ENVIRONMENT.resolve("bin/python").toString(), script.toString(), ensemble.connectString()),
                180);
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("kazoo: all held");
    }

    private boolean hasKazoo() throws Exception {
        var python = ENVIRONMENT.resolve("bin/python");
        var make = "python3 -m venv " + ENVIRONMENT + " && " + python + " -m pip install --quiet " + KAZOO;
        return run(List.of("sh", "-c", python + " -c 'import kazoo' || (" + make + ")"), 180).code() == 0;
    }

    private Ended run(List<String> command, long limitSeconds) throws IOException, InterruptedException {
        var output = folder.resolve("output");
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Ended(-1, "ended after " + limitSeconds + " s: " + Files.readString(output, UTF_8));
        }
        return new Ended(process.exitValue(), Files.readString(output, UTF_8));
    }
}
