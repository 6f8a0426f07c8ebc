package dev.quorate.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Builds the images. Maven calls it, with {@code --root=} the folder of the sources, {@code --output=} the build folder
 * of this module, {@code --base=} the image below, {@code --version=}, and {@code --timestamp=} of all files.
 */
public final class Main {
    private final Map<String, String> given;

    private Main(Map<String, String> given) {
        this.given = given;
    }

    /** Writes {@code ensemble.tar}, {@code operator.tar} and the digest of each into the output folder. */
    public static void main(String[] args) throws Exception {
        var given = new HashMap<String, String>();
        for (var arg : args) {
            int equals = arg.indexOf('=');
            if (!arg.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("not of the form --name=value: " + arg);
            }
            given.put(arg.substring(2, equals), arg.substring(equals + 1));
        }
        var main = new Main(given);
        for (var product : Product.ALL) {
            main.build(product);
        }
    }

    private void build(Product product) throws Exception {
        var work = path("output").resolve(product.id());
        Staged.delete(work);
        Files.createDirectories(work);
        var time = Instant.parse(get("timestamp"));
        var staged = Staged.of(work.resolve("root"), path("root").resolve(product.id()).resolve("target"), product,
                get("version"), time);
        JavaRuntime.link(staged.javaHome(), product.modules(), product.options());
        ClassArchive.write(staged, product, work);
        var name = "quorate/" + product.id() + ":" + get("version");
        var tar = path("output").resolve(product.id() + ".tar");
        var digest = new ImageTar(get("base"), name, time, labels(product)).write(staged, product, tar,
                path("output").resolve("cache"));
        Files.writeString(path("output").resolve(product.id() + ".digest"), digest + "\n", StandardCharsets.UTF_8);
        System.out.println(name + " " + digest + " in " + tar);
    }

    private Map<String, String> labels(Product product) throws IOException, InterruptedException {
        var labels = new TreeMap<String, String>();
        labels.put("org.opencontainers.image.title", "quorate-" + product.id());
        labels.put("org.opencontainers.image.description", product.title());
        labels.put("org.opencontainers.image.licenses", "Apache-2.0");
        labels.put("org.opencontainers.image.vendor", "quorate.dev");
        labels.put("org.opencontainers.image.version", get("version"));
        labels.put("org.opencontainers.image.created", get("timestamp"));
        labels.put("org.opencontainers.image.base.name", get("base").replaceFirst("^[a-z]+://", ""));
        var revision = revision();
        if (!revision.isEmpty()) {
            labels.put("org.opencontainers.image.revision", revision);
        }
        return labels;
    }

    /** The commit that is built; nothing where the sources came without their history. */
    private String revision() throws IOException, InterruptedException {
        try {
            var git = new ProcessBuilder("git", "rev-parse", "HEAD").directory(path("root").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            try (var answer = git.inputReader(StandardCharsets.UTF_8)) {
                var line = answer.readLine();
                return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 && line != null ? line : "";
            }
        } catch (IOException noGit) {
            return "";
        }
    }

    private Path path(String key) {
        return Path.of(get(key)).toAbsolutePath();
    }

    private String get(String key) {
        var value = given.get(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("--" + key + "= is missing");
        }
        return value;
    }
}
