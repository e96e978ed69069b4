package io.vgpusteward.server.scheduler;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Optional;

/** Whom kube-scheduler trusts as our extender, and how it says who it is. */
final class TlsCheck {
  private final Place extender;
  private final Place tls;
  private final String host;
  private final Findings findings;

  TlsCheck(Place extender, Findings findings) {
    this.extender = extender;
    this.tls = extender.at("tlsConfig");
    this.host = ExtenderBlock.url(extender.at("urlPrefix")).map(ExtenderBlock::host).orElse("");
    this.findings = findings;
  }

  void check() {
    authority();
    serverName();
    client();
  }

  private void authority() {
    Place file = tls.at("caFile");
    Place data = tls.at("caData");
    boolean isGiven = file.hasText() || data.hasText();
    if (tls.at("insecure").isTrue()) {
      findings.error(
          tls.at("insecure"),
          isGiven
              ? "does not go with an authority: kube-scheduler does not start"
              : "whoever answers at that address decides where vGPU pods go",
          "remove it, and name the authority in caFile");
    } else if (!isGiven) {
      findings.error(
          file,
          extender.at("enableHTTPS").isTrue()
              ? "without it kube-scheduler takes any certificate, and says nothing of it"
              : "without it kube-scheduler trusts the authorities of its machine, and vgpu-steward's"
                  + " is none of them",
          "name the PEM file with the authority of vgpu-steward's certificate");
    }
    if (data.hasText()) {
      if (!hasCertificate(data)) {
        findings.error(
            data,
            "is not the base64 of a PEM certificate: kube-scheduler does not start",
            "name a file in caFile instead");
      }
    } else {
      file(file);
    }
  }

  /** Looks at the file where there is one: the scheduler may run on another machine. */
  private void file(Place place) {
    Optional<Path> file = path(place.text()).filter(Files::exists);
    if (file.isEmpty()) {
      return;
    }
    try {
      if (!hasCertificate(Files.readAllBytes(file.get()))) {
        findings.error(
            place,
            "that file holds no certificate: kube-scheduler does not start",
            "name the PEM file with the authority of vgpu-steward's certificate");
      }
    } catch (IOException e) {
      findings.error(
          place,
          "that file cannot be read here (" + e.getClass().getSimpleName() + ")",
          "let kube-scheduler's user read it");
    }
  }

  private void serverName() {
    if (tls.at("serverName").hasText() || !HostName.isAddress(host)) {
      return;
    }
    String why = "the certificate is for the Service's name, not for " + host;
    String fix = "write <service>.<namespace>.svc, such as vgpu-steward.vgpu-steward.svc";
    if (HostName.isLoopback(host)) {
      findings.warning(tls.at("serverName"), why + ", unless it was made for loopback", fix);
    } else {
      findings.error(tls.at("serverName"), why + ": every call fails", fix);
    }
  }

  private void client() {
    boolean isInline = false;
    for (String field : new String[] {"certData", "keyData"}) {
      if (tls.at(field).hasText()) {
        isInline = true;
        findings.error(
            tls.at(field),
            "is never read again, so calls fail once the certificate has expired; files are"
                + " reloaded",
            "name a file in " + field.replace("Data", "File"));
      }
    }
    boolean hasCertificate = tls.at("certFile").hasText() || tls.at("certData").hasText();
    boolean hasKey = tls.at("keyFile").hasText() || tls.at("keyData").hasText();
    Place missing = tls.at(hasCertificate ? "keyFile" : "certFile");
    if (hasCertificate != hasKey) {
      findings.error(
          missing,
          "is not set, so kube-scheduler sends no certificate at all, and says nothing of it",
          "name the PEM file");
    } else if (!hasCertificate && !isInline) {
      String why = "kube-scheduler sends no certificate, and vgpu-steward asks for one";
      if (HostName.isLoopback(host)) {
        findings.warning(
            missing,
            why + " unless it runs with --extender-client-auth none",
            "name certFile and keyFile, or leave it beside a loopback extender");
      } else {
        findings.error(missing, why + ": every call fails", "name certFile and keyFile");
      }
    }
  }

  private static boolean hasCertificate(Place base64) {
    try {
      return hasCertificate(Base64.getMimeDecoder().decode(base64.text()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean hasCertificate(byte[] pem) {
    try {
      return !CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem))
          .isEmpty();
    } catch (CertificateException e) {
      return false;
    }
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
