//! An Excel workbook: the spreadsheet format in which ids survive.
//!
//! **Invariant:** every id, name and text is a string cell, so that nothing is rounded and no formula can
//! arise; a sheet holds at most the rows that Excel can, the next begins where it ends; rows are streamed
//! into the archive, never held. A text beyond what a cell can hold is cut and says so.
//!
//! The sheets are written here, on the `zip` crate alone: a writer of workbooks with styles and charts
//! would weigh more in the build than all other formats together.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use arrow_array::Array;
use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::{
    Material, Trouble, behind,
    csv::{edge_of, time},
    file,
    graph::{Attribute, Graph, Value},
    words,
    xml::Escaped,
};
use crate::{durable::Draft, error::CaseError};

type Archive<'d> = ZipWriter<StreamWriter<&'d mut Draft>>;

/// Rows of a sheet, the header among them.
const MOST_ROWS: usize = 1_048_576;
/// Characters of a cell, in UTF-16 as Excel counts.
const MOST_TEXT: usize = 32_767;

impl From<zip::result::ZipError> for Trouble {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Disk(error.into())
    }
}

pub(super) fn write(
    material: &Material<'_>,
    graph: &Graph,
    path: PathBuf,
) -> Result<PathBuf, CaseError> {
    file(path, |draft| {
        let mut book = Book { archive: ZipWriter::new_stream(draft), sheets: Vec::new() };
        about(&mut book, material)?;
        nodes(&mut book, graph)?;
        edges(&mut book, graph)?;
        members(&mut book, material)?;
        evidence(&mut book, material, graph)?;
        for table in behind::tables(material)? {
            let header: Vec<&str> = table.columns.iter().map(|of| of.name.as_str()).collect();
            book.sheet(table.name, &header, |sheet| {
                (0..table.rows).try_for_each(|row| attributes(sheet, &[], &table.columns, row))
            })?;
        }
        book.finish()
    })
}

struct Book<'d> {
    archive: Archive<'d>,
    /// Names of the sheets so far.
    sheets: Vec<String>,
}

/// One cell.
enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    Truth(bool),
}

impl Book<'_> {
    /// The same bytes on any day.
    fn options() -> SimpleFileOptions {
        SimpleFileOptions::default().last_modified_time(zip::DateTime::default())
    }

    /// Begins a sheet, ends it, and begins another when it is full.
    fn sheet(
        &mut self,
        name: &str,
        header: &[&str],
        fill: impl FnOnce(&mut Sheet<'_, '_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let mut sheet = Sheet {
            book: self,
            name: name.to_owned(),
            header: header.iter().map(|word| (*word).to_owned()).collect(),
            parts: 0,
            rows: 0,
        };
        sheet.begin()?;
        fill(&mut sheet)?;
        sheet.end()?;
        Ok(())
    }

    fn part(&mut self, name: &str, content: &str) -> Result<(), Trouble> {
        self.archive.start_file(name, Self::options())?;
        Ok(self.archive.write_all(content.as_bytes())?)
    }

    fn finish(mut self) -> Result<(), Trouble> {
        let sheets: Vec<(usize, String)> = (1..).zip(std::mem::take(&mut self.sheets)).collect();
        let mut types = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>",
        );
        let mut names = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>",
        );
        let mut links = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
        );
        for (number, name) in &sheets {
            types.push_str(&format!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            ));
            names.push_str(&format!(
                "<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>",
                Escaped(name)
            ));
            links.push_str(&format!(
                "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ));
        }
        self.part("[Content_Types].xml", &(types + "</Types>"))?;
        self.part("xl/workbook.xml", &(names + "</sheets></workbook>"))?;
        self.part("xl/_rels/workbook.xml.rels", &(links + "</Relationships>"))?;
        self.part(
            "_rels/.rels",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
        )?;
        self.archive.finish()?;
        Ok(())
    }
}

struct Sheet<'b, 'd> {
    book: &'b mut Book<'d>,
    name: String,
    header: Vec<String>,
    /// Sheets of this name that were begun.
    parts: usize,
    /// Rows of the present one.
    rows: usize,
}

impl Sheet<'_, '_> {
    fn begin(&mut self) -> Result<(), Trouble> {
        self.parts += 1;
        let name = match self.parts {
            1 => self.name.clone(),
            part => format!("{} {part}", self.name),
        };
        self.book.sheets.push(name);
        let path = format!("xl/worksheets/sheet{}.xml", self.book.sheets.len());
        self.book.archive.start_file(path, Book::options().large_file(true))?;
        write!(
            self.book.archive,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
             <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
        )?;
        self.rows = 0;
        let header = self.header.clone();
        let cells: Vec<Cell<'_>> = header.iter().map(|word| Cell::Text(word)).collect();
        self.row(&cells)
    }

    fn end(&mut self) -> io::Result<()> {
        write!(self.book.archive, "</sheetData></worksheet>")
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Trouble> {
        if self.rows == MOST_ROWS {
            self.end()?;
            self.begin()?;
        }
        self.rows += 1;
        let out = &mut self.book.archive;
        write!(out, "<row>")?;
        for cell in cells {
            match cell {
                Cell::Empty => write!(out, "<c/>")?,
                Cell::Number(number) => write!(out, "<c><v>{number:?}</v></c>")?,
                Cell::Truth(truth) => write!(out, "<c t=\"b\"><v>{}</v></c>", u8::from(*truth))?,
                Cell::Text(text) => {
                    let text = Escaped(fitting(text));
                    write!(
                        out,
                        "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
                    )?;
                }
            }
        }
        Ok(writeln!(out, "</row>")?)
    }
}

/// As much of a text as a cell can hold.
fn fitting(text: &str) -> &str {
    if text.len() <= MOST_TEXT {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, sign)| {
        units += sign.len_utf16();
        units > MOST_TEXT
    });
    end.map_or(text, |(end, _)| &text[..end])
}

fn about(book: &mut Book<'_>, material: &Material<'_>) -> Result<(), Trouble> {
    book.sheet("about", &["about"], |sheet| {
        sheet.row(&[Cell::Text(&words::about(material))])?;
        sheet.row(&[Cell::Text(
            "Ids are text. A cell holds at most 32,767 characters; a longer text is cut here and whole in the CSV.",
        )])
    })
}

fn nodes(book: &mut Book<'_>, graph: &Graph) -> Result<(), Trouble> {
    let names = graph.of_nodes.iter().map(|attribute| attribute.name.as_str());
    let header: Vec<&str> = ["key", "label"].into_iter().chain(names).collect();
    book.sheet("nodes", &header, |sheet| {
        for (node, key) in graph.keys.iter().enumerate() {
            let texts = [key.as_str(), graph.labels[node].as_str()];
            attributes(sheet, &texts, &graph.of_nodes, node)?;
        }
        Ok(())
    })
}

fn edges(book: &mut Book<'_>, graph: &Graph) -> Result<(), Trouble> {
    let names = graph.of_edges.iter().map(|attribute| attribute.name.as_str());
    let header: Vec<&str> = ["source", "target"].into_iter().chain(names).collect();
    book.sheet("edges", &header, |sheet| {
        for (edge, &(source, target)) in graph.ends.iter().enumerate() {
            let texts = [graph.keys[source].as_str(), graph.keys[target].as_str()];
            attributes(sheet, &texts, &graph.of_edges, edge)?;
        }
        Ok(())
    })
}

fn attributes(
    sheet: &mut Sheet<'_, '_>,
    texts: &[&str],
    attributes: &[Attribute],
    row: usize,
) -> Result<(), Trouble> {
    let moments: Vec<String> = attributes
        .iter()
        .map(|attribute| match attribute.value(row) {
            Some(Value::Moment(micros)) => time(micros),
            _ => String::new(),
        })
        .collect();
    let mut cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
    cells.extend(attributes.iter().zip(&moments).map(|(attribute, moment)| {
        match attribute.value(row) {
            None => Cell::Empty,
            Some(Value::Text(text)) => Cell::Text(text),
            Some(Value::Integer(number)) => Cell::Number(number as f64),
            Some(Value::Number(number)) => Cell::Number(number),
            Some(Value::Truth(truth)) => Cell::Truth(truth),
            Some(Value::Moment(_)) => Cell::Text(moment),
        }
    }));
    sheet.row(&cells)
}

fn members(book: &mut Book<'_>, material: &Material<'_>) -> Result<(), Trouble> {
    let Material { groups, accounts, lens, .. } = *material;
    let header = ["group", "part", "platform", "account_id", "handle", "actions", "ties", "role"];
    book.sheet("groups", &header, |sheet| {
        for row in 0..groups.len() {
            let account = groups.account.value(row) as usize;
            let instance =
                if account < accounts.len() { accounts.instance.value(account) } else { "" };
            let platform = groups.platform.value(row);
            let id = lens.account(platform, instance, groups.account_id.value(row));
            let known = groups.handle.is_valid(row).then(|| groups.handle.value(row));
            sheet.row(&[
                Cell::Number(f64::from(groups.group.value(row))),
                Cell::Number(f64::from(groups.part.value(row))),
                Cell::Text(platform),
                Cell::Text(&id),
                lens.handle(known).map_or(Cell::Empty, Cell::Text),
                Cell::Number(f64::from(groups.actions.value(row))),
                Cell::Number(f64::from(groups.ties.value(row))),
                Cell::Text(groups.role.value(row)),
            ])?;
        }
        Ok(())
    })
}

fn evidence(book: &mut Book<'_>, material: &Material<'_>, graph: &Graph) -> Result<(), Trouble> {
    let header = [
        "source",
        "target",
        "trace",
        "object",
        "source_time",
        "target_time",
        "gap_seconds",
        "source_post_id",
        "target_post_id",
    ];
    let lens = material.lens;
    book.sheet("evidence", &header, |sheet| {
        for table in (material.evidence)()? {
            let table = table?;
            for row in 0..table.len() {
                let (source, target) = graph.ends[edge_of(graph, &table, row)?];
                let trace = table.trace.value(row);
                let moments =
                    lens.moments(table.source_time.value(row), table.target_time.value(row));
                sheet.row(&[
                    Cell::Text(&graph.keys[source]),
                    Cell::Text(&graph.keys[target]),
                    Cell::Text(trace),
                    Cell::Text(&lens.object(trace, table.key.value(row))),
                    Cell::Text(&time(moments.0)),
                    Cell::Text(&time(moments.1)),
                    Cell::Number(table.gap_seconds.value(row)),
                    Cell::Text(&lens.post(table.source_post_id.value(row))),
                    Cell::Text(&lens.post(table.target_post_id.value(row))),
                ])?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_where_a_cell_ends() {
        let long = "😀".repeat(20_000);
        assert_eq!(fitting(&long).encode_utf16().count(), MOST_TEXT - 1);
        assert_eq!(fitting("short"), "short");
    }
}
