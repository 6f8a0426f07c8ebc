package dev.quorate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogSetupTest {
    @Test
    void anEventIsOneLineWhateverItHolds() {
        var written = new ByteArrayOutputStream();
        var err = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            LogSetup.enable();
            var loggers = new LoggerContext();
            loggers.setMDCAdapter(new LogbackMDCAdapter());
            new LogSetup().configure(loggers);
            loggers.getLogger("a.b.Part").warn("client says {}", "x\r\n2026 FORGED\u001b[2J",
                    new IllegalStateException("line\nend"));
            loggers.getLogger("io.netty.Part").info("not shown");
            loggers.stop();
        } finally {
            System.setErr(err);
            System.clearProperty("quorate.logSetup");
        }
        assertThat(written.toString(StandardCharsets.UTF_8).lines()).singleElement().asString()
                .contains("WARN  [").contains("] Part: client says x 2026 FORGED [2J")
                .contains("java.lang.IllegalStateException: line | end | at dev.quorate");
    }
}
