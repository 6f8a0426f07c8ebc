package dev.quorate.e2e.membership;

import dev.quorate.e2e.process.EnsembleProcesses;
import dev.quorate.e2e.process.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/** Members that let a superuser change them, by ZooKeeper's operation and by the admin port. */
final class Reconfigurable {
    static final String TOKEN = "the token of this ensemble";

    private Reconfigurable() {}

    static EnsembleProcesses start(Path folder) throws IOException, InterruptedException {
        return start(folder, 3);
    }

    static EnsembleProcesses start(Path folder, int size) throws IOException, InterruptedException {
        var usual = new EnsembleProcesses.Options(ServerKind.chosen(), Files.createTempDirectory(folder, "members"),
                size);
        var settings = new LinkedHashMap<String, String>();
        settings.put("reconfigEnabled", "true");
        settings.put("DigestAuthenticationProvider.superDigest", AdminClient.superDigest());
        if (usual.kind() == ServerKind.QUORATE) {
            var token = folder.resolve("admin.token");
            Files.writeString(token, TOKEN + "\n");
            settings.put("quorate.adminTokenFile", token.toString());
        }
        return EnsembleProcesses.start(new EnsembleProcesses.Options(usual.kind(), usual.folder(), usual.size(),
                settings, usual.jvmFlags(), usual.classPath()));
    }
}
