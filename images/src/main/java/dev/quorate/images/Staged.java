package dev.quorate.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of an image, laid out below a folder as they will lie below {@code /}. The class archive names jars by
 * path, size and time, so all of them are here what they will be there.
 *
 * @param root the folder that stands for {@code /}
 * @param jars the class path in its order, each below {@code /opt/quorate/lib}
 */
record Staged(Path root, List<Path> jars) {
    static final String JAVA = "opt/java";
    static final String QUORATE = "opt/quorate";
    private static final String NATIVE_JAR = ".*-(linux|osx|windows)-(x86_64|aarch_64)\\.jar";

    /**
     * Copies a product's jars, its bill of materials, and the native libraries for this machine, which the JVM then
     * need not unpack into a folder that may be read-only.
     *
     * @param target the build folder of the product's module, with its own jar and those it needs in {@code lib}
     */
    static Staged of(Path root, Path target, Product product, String version, Instant time) throws IOException {
        var own = target.resolve(product.id() + "-" + version + ".jar");
        if (!Files.exists(own) || !Files.isDirectory(target.resolve("lib"))) {
            throw new IllegalStateException("no " + own + ": mvn -Pimages package builds all that the images hold");
        }
        var lib = Files.createDirectories(root.resolve(QUORATE).resolve("lib"));
        var natives = Files.createDirectories(root.resolve(QUORATE).resolve("native"));
        var jars = new ArrayList<Path>();
        jars.add(copy(own, lib, time));
        for (var jar : sorted(target.resolve("lib"))) {
            if (jar.toString().matches(NATIVE_JAR)) {
                unpackNatives(jar, natives);
            } else {
                jars.add(copy(jar, lib, time));
            }
        }
        Files.copy(target.resolve("bom.json"), root.resolve(QUORATE).resolve("sbom.json"));
        Files.createDirectories(root.resolve("data"));
        return new Staged(root, List.copyOf(jars));
    }

    private static Path copy(Path jar, Path folder, Instant time) throws IOException {
        var copy = Files.copy(jar, folder.resolve(name(jar)));
        Files.setLastModifiedTime(copy, FileTime.from(time));
        return copy;
    }

    private static void unpackNatives(Path jar, Path folder) throws IOException {
        try (var contents = new JarFile(jar.toFile())) {
            for (var entry : contents.stream().filter(found -> found.getName().endsWith(machine() + ".so")).toList()) {
                try (var bytes = contents.getInputStream(entry)) {
                    Files.copy(bytes, folder.resolve(entry.getName().substring(entry.getName().lastIndexOf('/') + 1)));
                }
            }
        }
    }

    /** As netty names this machine's architecture. */
    private static String machine() {
        return Machine.isArm() ? "aarch_64" : "x86_64";
    }

    Path javaHome() {
        return root.resolve(JAVA);
    }

    Path archive() {
        return root.resolve(QUORATE).resolve("classes.jsa");
    }

    /** The class path for a process that runs in {@link #root}: it does not tell where that is. */
    String classPathHere() {
        return jars.stream().map(jar -> root.relativize(jar).toString()).collect(Collectors.joining(":"));
    }

    /** The class path as paths in the image. */
    String classPathThere() {
        return jars.stream().map(jar -> "/" + root.relativize(jar)).collect(Collectors.joining(":"));
    }

    static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(Staged::deleteOne);
            }
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String name(Path file) {
        return Objects.requireNonNull(file.getFileName()).toString();
    }
}
