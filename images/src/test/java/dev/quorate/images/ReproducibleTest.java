package dev.quorate.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs where the images were built just before: {@code mvn -Pimages verify}. */
@Tag("images")
class ReproducibleTest {
    private static final Path BUILT = Path.of("target");

    @Test
    void theSameSourcesGiveTheSameImages(@TempDir Path elsewhere) throws Exception {
        Main.main(new String[]{"--root=..", "--output=" + elsewhere, "--base=" + System.getProperty("quorate.base"),
                "--version=" + System.getProperty("quorate.version"),
                "--timestamp=" + System.getProperty("quorate.timestamp")});
        for (var product : Product.ALL) {
            assertThat(elsewhere.resolve(product.id() + ".digest")).hasSameTextualContentAs(
                    BUILT.resolve(product.id() + ".digest"));
            assertThat(Files.mismatch(elsewhere.resolve(product.id() + ".tar"), BUILT.resolve(product.id() + ".tar")))
                    .as("first byte that differs").isEqualTo(-1);
        }
    }
}
