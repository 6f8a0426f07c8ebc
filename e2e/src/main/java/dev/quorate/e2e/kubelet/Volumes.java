package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a pod's volumes: ConfigMaps and Secrets as files, claims as the folder that they are bound to, everything
 * under the pod's folder.
 */
final class Volumes {
    private final KubernetesClient client;
    private final Claims claims;

    Volumes(KubernetesClient client, Claims claims) {
        this.client = client;
        this.claims = claims;
    }

    /**
     * Mounts the volumes of a container.
     *
     * @return from each mount path to the folder or file that stands for it
     * @throws NotYet when an object that a volume names is not there
     */
    Map<String, Path> mount(Pod pod, Container container, Path folder) throws IOException, NotYet {
        var mounts = new LinkedHashMap<String, Path>();
        for (var mount : container.getVolumeMounts()) {
            var root = mountOne(pod, mount, folder.resolve("volumes").resolve(mount.getName()));
            mounts.put(mount.getMountPath(), mount.getSubPath() == null ? root : root.resolve(mount.getSubPath()));
        }
        return mounts;
    }

    private Path mountOne(Pod pod, VolumeMount mount, Path folder) throws IOException, NotYet {
        var volume = pod.getSpec().getVolumes().stream()
                .filter(candidate -> candidate.getName().equals(mount.getName())).findFirst()
                .orElseThrow(() -> new NotYet("pod has no volume " + mount.getName()));
        if (volume.getPersistentVolumeClaim() != null) {
            return claims.bind(pod.getMetadata().getNamespace(), volume.getPersistentVolumeClaim().getClaimName());
        }
        Files.createDirectories(folder);
        for (var file : files(pod, volume).entrySet()) {
            var target = folder.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.write(target, file.getValue());
        }
        return folder;
    }

    private Map<String, byte[]> files(Pod pod, Volume volume) throws NotYet {
        var namespace = pod.getMetadata().getNamespace();
        var files = new LinkedHashMap<String, byte[]>();
        if (volume.getConfigMap() != null) {
            var name = volume.getConfigMap().getName();
            var map = client.configMaps().inNamespace(namespace).withName(name).get();
            if (map == null) {
                throw new NotYet("configmap \"" + name + "\" not found");
            }
            named(orEmpty(map.getData()), volume.getConfigMap().getItems())
                    .forEach((file, text) -> files.put(file, text.getBytes(StandardCharsets.UTF_8)));
        } else if (volume.getSecret() != null) {
            var name = volume.getSecret().getSecretName();
            var secret = client.secrets().inNamespace(namespace).withName(name).get();
            if (secret == null) {
                throw new NotYet("secret \"" + name + "\" not found");
            }
            named(orEmpty(secret.getData()), volume.getSecret().getItems())
                    .forEach((file, text) -> files.put(file, Base64.getDecoder().decode(text)));
        }
        return files; // of an emptyDir there is nothing to write
    }

    private static Map<String, String> named(Map<String, String> data, List<KeyToPath> items) {
        if (items == null || items.isEmpty()) {
            return data;
        }
        var named = new LinkedHashMap<String, String>();
        items.forEach(
                item -> named.put(item.getPath(), Objects.requireNonNull(data.get(item.getKey()), item.getKey())));
        return named;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> data) {
        return data == null ? Map.of() : data;
    }

    /** Replaces a mount path by its folder where a value begins with it; the longest mount path wins. */
    static String rewrite(String value, Map<String, Path> mounts) {
        return mounts.entrySet().stream()
                .filter(mount -> value.equals(mount.getKey()) || value.startsWith(mount.getKey() + "/"))
                .max(java.util.Comparator.comparingInt(mount -> mount.getKey().length()))
                .map(mount -> mount.getValue() + value.substring(mount.getKey().length())).orElse(value);
    }

    /** {@link #rewrite} for each value of a file of {@code key=value} lines, in place. */
    static void rewriteFile(Path file, Map<String, Path> mounts) throws IOException {
        var lines = Files.readAllLines(file).stream().map(line -> {
            int equals = line.indexOf('=');
            return equals < 0
                    ? line
                    : line.substring(0, equals + 1) + rewrite(line.substring(equals + 1).strip(), mounts);
        }).toList();
        Files.write(file, lines);
    }

    /** A pod can't start before something else is there; it is tried again. */
    static final class NotYet extends Exception {
        private static final long serialVersionUID = 1L;

        NotYet(String what) {
            super(what);
        }
    }
}
