package dev.quorate.e2e.membership;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each test has three members of its own that let a superuser change them, by ZooKeeper's operation and by the admin
 * port.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
abstract class Reconfigurable {
    static final String TOKEN = "the token of this ensemble";

    @TempDir
    private Path folder;
    EnsembleProcesses ensemble;

    @BeforeEach
    void start() throws Exception {
        ensemble = start(3);
    }

    @AfterEach
    void stop() {
        ensemble.close();
    }

    EnsembleProcesses start(int size) throws IOException, InterruptedException {
        var settings = new LinkedHashMap<String, String>();
        settings.put("reconfigEnabled", "true");
        settings.put("DigestAuthenticationProvider.superDigest", AdminClient.superDigest());
        if (ServerKind.chosen() == ServerKind.QUORATE) {
            var token = Files.writeString(folder.resolve("admin.token"), TOKEN + "\n");
            settings.put("quorate.adminTokenFile", token.toString());
        }
        return EnsembleProcesses.start(new EnsembleProcesses.Options(ServerKind.chosen(),
                Files.createTempDirectory(folder, "members"), size).with(settings));
    }
}
