package dev.quorate.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a staged product as an image into a tar that {@code docker load} and {@code ctr images import} take.
 *
 * @param base the image below: a name in a registry, {@code docker://NAME} of a local engine, or {@code tar://FILE}
 * @param name what the image is called
 * @param time of the image and of every file in it
 * @param labels the OCI annotations
 */
record ImageTar(String base, String name, Instant time, Map<String, String> labels) {
    /** Neither root nor anybody whom a base image knows. Pods need the number, not a name. */
    private static final String USER = "10001:10001";

    private static final String ROOT = "0:0";

    /** @return the digest by which the image is known */
    String write(Staged staged, Product product, Path tar, Path cache) throws Exception {
        var entryPoint = List.of("/" + Staged.JAVA + "/bin/java", "-cp", staged.classPathThere(), product.mainClass());
        var image = Jib.from(base).addFileEntriesLayer(layer("java", staged, Staged.JAVA, ROOT))
                .addFileEntriesLayer(layer("quorate", staged, Staged.QUORATE, ROOT))
                .addFileEntriesLayer(layer("data", staged, "data", USER)).setEntrypoint(entryPoint)
                .setProgramArguments(product.arguments()).setEnvironment(Map.of("LANG", "C.UTF-8")).setUser(USER)
                .setCreationTime(time).setLabels(labels)
                .setExposedPorts(product.ports().stream().map(Port::tcp).collect(Collectors.toSet()))
                .setPlatforms(Set.of(new Platform(Machine.architecture(), "linux")));
        JibContainer built = image.containerize(Containerizer.to(TarImage.at(tar).named(name)).setToolName("quorate")
                .setApplicationLayersCache(cache).setBaseImageLayersCache(cache));
        return built.getDigest().toString();
    }

    private FileEntriesLayer layer(String layerName, Staged staged, String folder, String owner) throws IOException {
        var layer = FileEntriesLayer.builder().setName(layerName);
        for (var file : below(staged.root().resolve(folder))) {
            layer.addEntry(file, AbsoluteUnixPath.get("/" + staged.root().relativize(file)), permissions(file), time,
                    owner);
        }
        return layer.build();
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return new ArrayList<>(files.sorted().toList());
        }
    }

    private static FilePermissions permissions(Path file) {
        return FilePermissions.fromOctalString(Files.isDirectory(file) || Files.isExecutable(file) ? "755" : "644");
    }
}
