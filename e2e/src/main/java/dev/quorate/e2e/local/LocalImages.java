package dev.quorate.e2e.local;

import dev.quorate.e2e.kubelet.Images;
import io.fabric8.kubernetes.api.model.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Every image of the repository {@code quorate/ensemble} stands for the server of this build, and there are no others:
 * the classes of this very process, in a JVM with the flags that start soonest and take little memory, since a few
 * members share one small machine. Where the system property {@code quorate.archive} names a file, it holds the
 * members' classes ready to be mapped into memory: the first member that starts without it writes it when it ends,
 * later ones use it.
 */
final class LocalImages implements Images {
    private static final String REPOSITORY = "quorate/ensemble:";
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final Optional<Path> archive = Optional.ofNullable(System.getProperty("quorate.archive")).map(Path::of);
    private final AtomicBoolean writing = new AtomicBoolean();

    @Override
    public List<String> command(Container container) throws Missing {
        if (!container.getImage().startsWith(REPOSITORY)) {
            throw new Missing(container.getImage());
        }
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(FLAGS);
        archive.ifPresent(file -> words.addAll(archiveFlags(file)));
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return List.copyOf(words);
    }

    private List<String> archiveFlags(Path file) {
        if (Files.exists(file)) {
            return List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        }
        return writing.getAndSet(true)
                ? List.of()
                : List.of("-XX:ArchiveClassesAtExit=" + file, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }
}
