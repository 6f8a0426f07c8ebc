package dev.quorate.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks a running JVM with the JDK's own tool. */
final class Jcmd {
    private Jcmd() {}

    /** What {@code jcmd} prints for a command with its arguments. */
    static String run(long pid, String... command) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(pid));
        line.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        jcmd.waitFor();
        return output;
    }
}
