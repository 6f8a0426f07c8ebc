package dev.quorate.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The archive from which a JVM maps its classes, parsed and linked. It is made of a list of classes that is kept with
 * the sources ({@code bin/record-classes} writes it): what a run happens to load differs from run to run, and images
 * would, too. A class that the list lacks is loaded the slow way, one that it has too many is left out.
 */
final class ClassArchive {
    private ClassArchive() {}

    /** The list that is kept for a product. */
    static String list(Product product) throws IOException {
        try (InputStream list = ClassArchive.class.getResourceAsStream(product.id() + ".classes")) {
            return list == null ? "" : new String(list.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Writes the archive of the staged product's classes; the same list and jars give the same archive. */
    static void write(Staged staged, Product product, Path work) throws IOException, InterruptedException {
        var list = Files.writeString(work.resolve("classes"), list(product));
        var log = work.resolve("dump.log");
        var command = new ArrayList<>(List.of(java(staged), "-Xshare:dump", "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + staged.archive(), "-Xmx256m", "-Xms256m"));
        command.addAll(List.of("-Xlog:cds*=off", "-Xlog:aot*=off", "-cp", staged.classPathHere()));
        var dump = new ProcessBuilder(command).directory(staged.root().toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        if (dump.waitFor() != 0 || !Files.exists(staged.archive())) {
            throw new IllegalStateException("the JVM made no archive of its classes:\n" + Files.readString(log));
        }
    }

    static String java(Staged staged) {
        return staged.javaHome().resolve("bin/java").toString();
    }
}
