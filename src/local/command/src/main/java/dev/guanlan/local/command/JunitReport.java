package dev.guanlan.local.command;

import dev.guanlan.rules.unittest.Failure;
import dev.guanlan.rules.unittest.FileReport;
import dev.guanlan.rules.unittest.TestReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes how unit tests of rules went in the XML that build servers read from JUnit. */
final class JunitReport {

  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /** Writes the reports of files: each file is a suite, each of its tests a case. */
  static void write(Path path, Map<Path, FileReport> reports) throws IOException {
    try (OutputStream out = Files.newOutputStream(path)) {
      XMLStreamWriter xml =
          XMLOutputFactory.newFactory().createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("testsuites");
      JunitReport report = new JunitReport(xml);
      for (Map.Entry<Path, FileReport> entry : reports.entrySet()) {
        report.suite(entry.getKey(), entry.getValue());
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void suite(Path file, FileReport report) throws XMLStreamException {
    boolean broken = !report.problems().isEmpty();
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", file.toString());
    xml.writeAttribute("tests", String.valueOf(report.tests().size() + (broken ? 1 : 0)));
    xml.writeAttribute("failures", String.valueOf(report.failedTests()));
    xml.writeAttribute("errors", broken ? "1" : "0");
    if (broken) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("name", file.getFileName().toString());
      element("error", String.join("\n", report.problems()));
      xml.writeEndElement();
    }
    for (TestReport test : report.tests()) {
      xml.writeStartElement("testcase");
      xml.writeAttribute("name", test.name());
      for (Failure failure : test.failures()) {
        element("failure", failure.toString());
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private void element(String name, String text) throws XMLStreamException {
    // XML has no place for most control characters, escaped or not.
    String legal = text.replaceAll("[^\\t\\n\\r\\x20-\\x{D7FF}\\x{E000}-\\x{10FFFF}]", "\uFFFD");
    xml.writeStartElement(name);
    xml.writeAttribute("message", legal.lines().findFirst().orElse(""));
    xml.writeCharacters(legal);
    xml.writeEndElement();
  }
}
