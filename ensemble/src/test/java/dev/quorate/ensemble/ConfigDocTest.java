package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists every key as the code has it. {@code -Dquorate.update=true} writes the table anew. */
class ConfigDocTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- keys -->\n";
    private static final String END = "<!-- end of keys -->\n";

    @Test
    void thePageListsEveryKey() throws IOException {
        var page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        if (Boolean.getBoolean("quorate.update")) {
            Files.writeString(PAGE, page.substring(0, from) + table() + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).isEqualTo(table());
        }
    }

    private static String table() {
        return "| key | unit | default | meaning |\n|---|---|---|---|\n"
                + Stream.of(ConfigKey.values()).map(key -> "| `" + key.text() + "` | " + key.unit() + " | "
                        + key.standard() + " | " + key.meaning() + " |\n").collect(Collectors.joining());
    }
}
