<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BatchWindow</name>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message numerus="yes">
        <source>Stroke order, %n stroke(s)</source>
        <translation>
            <numerusform>Stroke order, %n stroke</numerusform>
            <numerusform>Stroke order, %n strokes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message numerus="yes">
        <source>Forget all %n pick(s)? This cannot be undone.</source>
        <translation>
            <numerusform>Forget %n pick? This cannot be undone.</numerusform>
            <numerusform>Forget all %n picks? This cannot be undone.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearnedDialog</name>
    <message numerus="yes">
        <source>%n drawing(s)</source>
        <translation>
            <numerusform>%n drawing</numerusform>
            <numerusform>%n drawings</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n drawing(s) loaded from {name}.</source>
        <translation>
            <numerusform>%n drawing loaded from {name}.</numerusform>
            <numerusform>%n drawings loaded from {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n learned drawing(s)? This cannot be undone.</source>
        <translation>
            <numerusform>Delete %n learned drawing? This cannot be undone.</numerusform>
            <numerusform>Delete %n learned drawings? This cannot be undone.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n stroke(s)</source>
        <translation>
            <numerusform>%n stroke</numerusform>
            <numerusform>%n strokes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message numerus="yes">
        <source>%n character(s)</source>
        <translation>
            <numerusform>%n character</numerusform>
            <numerusform>%n characters</numerusform>
        </translation>
    </message>
</context>
</TS>
