package dev.quorate.bench.server;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is equal for the members of both products.
 *
 * @param dataRoot folder for data and logs of members; both products use the same disk
 * @param heap heap size for {@code -Xms} and {@code -Xmx}
 * @param jvmFlags further flags of the JVM
 * @param recordings folder for flight recordings, or null for none
 */
public record Settings(Path dataRoot, String heap, List<String> jvmFlags, @Nullable Path recordings) {
    /** The same with another heap size. */
    public Settings withHeap(String otherHeap) {
        return new Settings(dataRoot, otherHeap, jvmFlags, recordings);
    }

    /** The same with one more flag of the JVM. */
    public Settings withFlag(String flag) {
        return new Settings(dataRoot, heap, Stream.concat(jvmFlags.stream(), Stream.of(flag)).toList(), recordings);
    }

    /** The same without flight recordings. */
    public Settings withoutRecordings() {
        return new Settings(dataRoot, heap, jvmFlags, null);
    }
}
