package dev.quorate.e2e.local;

import dev.quorate.e2e.kubelet.Images;
import io.fabric8.kubernetes.api.model.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Every image stands for the server of this build: the classes of this very process, in a JVM with the flags that start soonest and take
 * little memory, since a few members share one small machine.
 */
final class LocalImages implements Images {
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final List<String> command;

    LocalImages() {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(FLAGS);
        words.addAll(
                List.of("-cp", System.getProperty("quorate.server.classpath", System.getProperty("java.class.path"))));
        command = List.copyOf(words);
    }

    @Override
    public List<String> command(Container container) {
        return command;
    }
}
